/** Times of the server, which are UTC, on the clock of the reader. */

const two = (value: number): string => String(value).padStart(2, '0');

export const tellLocalTimes = (within: ParentNode): void => {
  for (const time of within.querySelectorAll('time')) {
    const at = new Date(time.dateTime);
    time.title = time.dateTime;
    time.textContent = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  }
};
