/** One wheel for the deadlines of all connections: no timer, no closure and no allocation per connection. */
import { TICK_MS } from './limits.ts';

/** Ticks ahead that the wheel can hold; what is due later goes round again. */
const BUCKETS = 1_024;
const NOT_LINKED = -1;

/** What can wait on a wheel: extend it. It has one deadline at a time. */
export class WheelNode {
  dueMs = 0;
  tick: number = NOT_LINKED;
  previous: WheelNode | undefined = undefined;
  next: WheelNode | undefined = undefined;
}

/** Fires nodes never before they are due, and at most two ticks late. Moving a deadline back costs one write. */
export class TimerWheel<Node extends WheelNode> {
  readonly #heads: (WheelNode | undefined)[] = new Array<WheelNode | undefined>(BUCKETS).fill(
    undefined,
  );
  readonly #fire: (node: Node) => void;
  #nowMs: number;
  #tick: number;

  constructor(nowMs: number, fire: (node: Node) => void) {
    this.#nowMs = nowMs;
    this.#tick = Math.floor(nowMs / TICK_MS);
    this.#fire = fire;
  }

  /** Time of the last tick: behind the clock by at most one tick. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Sets the deadline of a node, whether it had one or not. */
  schedule(node: Node, inMs: number): void {
    // One tick is added since `nowMs` may lie that far back.
    node.dueMs = this.#nowMs + inMs + TICK_MS;
    const tick = Math.ceil(node.dueMs / TICK_MS);
    if (node.tick !== NOT_LINKED) {
      if (node.tick <= tick) {
        return;
      }
      this.#unlink(node);
    }
    this.#link(node, tick);
  }

  cancel(node: Node): void {
    if (node.tick !== NOT_LINKED) {
      this.#unlink(node);
    }
  }

  /** Fires what has become due up to `nowMs`. */
  advance(nowMs: number): void {
    const last = Math.floor(nowMs / TICK_MS);
    if (last - this.#tick > BUCKETS) {
      // The process was stopped for longer than a round: every bucket is looked at once.
      this.#tick = last - BUCKETS;
    }
    this.#nowMs = Math.max(nowMs, this.#nowMs);
    while (this.#tick < last) {
      this.#tick += 1;
      this.#fireBucket(this.#tick % BUCKETS);
    }
  }

  #fireBucket(bucket: number): void {
    for (let node = this.#heads[bucket]; node; node = this.#heads[bucket]) {
      this.#unlink(node);
      if (node.dueMs <= this.#nowMs) {
        this.#fire(node as Node);
      } else {
        this.#link(node, Math.ceil(node.dueMs / TICK_MS));
      }
    }
  }

  #link(node: WheelNode, tick: number): void {
    const at = Math.max(this.#tick + 1, Math.min(tick, this.#tick + BUCKETS - 1));
    const bucket = at % BUCKETS;
    const head = this.#heads[bucket];
    node.tick = at;
    node.previous = undefined;
    node.next = head;
    if (head) {
      head.previous = node;
    }
    this.#heads[bucket] = node;
  }

  #unlink(node: WheelNode): void {
    if (node.previous) {
      node.previous.next = node.next;
    } else {
      this.#heads[node.tick % BUCKETS] = node.next;
    }
    if (node.next) {
      node.next.previous = node.previous;
    }
    node.previous = undefined;
    node.next = undefined;
    node.tick = NOT_LINKED;
  }
}
