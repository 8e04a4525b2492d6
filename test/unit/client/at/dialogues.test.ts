/** What the driver says to each family and understands of it, byte for byte as manuals and field reports have it. */
import { describe, expect, it } from 'vitest';
import type { DialogueLine } from '#client/at/at-channel.ts';
import { createAtDriver } from '#client/at/at-driver.ts';
import type { AtDriverOptions } from '#client/at/driver-options.ts';
import { FAMILIES } from '#client/at/families.ts';
import type { LinkListener, ModemDriver } from '#client/at/modem-driver.ts';
import type { FamilyName } from '#client/at/modem-family.ts';
import { ManualTime, runThrough } from '../support/manual-time.ts';
import { ScriptedModem } from '../support/scripted-modem.ts';

const HOST = 'pay.example';
const PORT = 7010;
const CA = Buffer.from('-----BEGIN CERTIFICATE-----');

interface Desk {
  readonly driver: ModemDriver;
  readonly modem: ScriptedModem;
  readonly time: ManualTime;
  readonly shown: string[];
  readonly gone: string[];
  readonly listener: LinkListener;
  /** Lets the call happen, and holds that the dialogue came to its end. */
  act<T>(call: Promise<T>): Promise<T>;
}

const sit = (family: FamilyName, dialogue: string, more: Partial<AtDriverOptions> = {}): Desk => {
  const time = new ManualTime();
  const modem = new ScriptedModem(dialogue);
  const shown: string[] = [];
  const gone: string[] = [];
  const driver = createAtDriver({
    family: FAMILIES[family],
    port: modem,
    clock: time,
    timers: time,
    apn: 'iot.example',
    onDialogue: ({ text }: DialogueLine) => shown.push(text),
    ...more,
  });
  return {
    driver,
    modem,
    time,
    shown,
    gone,
    listener: {
      onReadable: () => gone.push('readable'),
      onGone: (words, how) => gone.push(`${how}: ${words}`),
    },
    act: async (call) => {
      try {
        return await runThrough(time, call, 1_000);
      } finally {
        expect(modem.mismatch).toBeUndefined();
        expect(modem.left).toEqual([]);
      }
    },
  };
};

/** From power to a registered modem: the same for all but names. */
const up = (identity: readonly string[], model: string, registration: string): string => `
  > AT
  < OK
  > ATE0
  << "ATE0\\r\\r\\nOK\\r\\n"
  > AT+CMEE=1
  < OK
  > ATI
  ${identity.map((line) => `< ${line}`).join('\n')}
  < OK
  > AT+CGMM
  < ${model}
  < OK
  > AT+CPIN?
  < +CPIN: READY
  < OK
  > AT+${registration}?
  < +${registration}: 0,5
  < OK
  > AT+COPS?
  < +COPS: 0,0,"Carrier",9
  < OK
  > AT+CSQ
  < +CSQ: 17,99
  < OK`;

const BEARERS: readonly (readonly [FamilyName, string, string, string])[] = [
  [
    'sim800',
    up(['SIM800 R14.18'], 'SIMCOM_SIM800L', 'CGREG'),
    `
    > AT+CIPSHUT
    < SHUT OK
    > AT+CIPMUX=1
    < ERROR
    > AT+CIPMUX?
    < +CIPMUX: 1
    < OK
    > AT+CIPRXGET=1
    < OK
    > AT+CIPQSEND=1
    < OK
    > AT+CGATT=1
    < OK
    > AT+CSTT="iot.example"
    < OK
    > AT+CIICR
    < OK
    > AT+CIFSR
    < 10.1.2.3`,
    'SIM800 R14.18 SIMCOM_SIM800L',
  ],
  [
    'sim7600',
    up(
      ['Manufacturer: SIMCOM INCORPORATED', 'Model: SIMCOM_SIM7600E', 'Revision: LE11B12'],
      'SIMCOM_SIM7600E',
      'CEREG',
    ),
    `
    > AT+NETOPEN?
    < +NETOPEN: 1
    < OK
    > AT+NETCLOSE
    < OK
    < +NETCLOSE: 0
    > AT+CGDCONT=1,"IP","iot.example"
    < OK
    > AT+CIPMODE=0
    < OK
    > AT+CIPSENDMODE=0
    < ERROR
    > AT+CIPTIMEOUT=75000,60000,15000
    < OK
    > AT+CIPRXGET=1
    < OK
    > AT+CGEREP=2,0
    < OK
    > AT+NETOPEN
    < +NETOPEN: 0
    < OK
    > AT+IPADDR
    < +IPADDR: 10.1.2.3
    < OK`,
    'SIMCOM_SIM7600E LE11B12',
  ],
  [
    'quectel',
    up(['Quectel', 'BG95-M3', 'Revision: BG95M3LAR02A03'], 'BG95-M3', 'CEREG'),
    `
    > AT+QICSGP=1,1,"iot.example","","",0
    < OK
    > AT+QIDEACT=1
    < OK
    > AT+QIACT=1
    < OK
    > AT+QIACT?
    < +QIACT: 1,1,1,"10.1.2.3"
    < OK`,
    'Quectel BG95-M3 BG95M3LAR02A03',
  ],
  [
    'ublox',
    up(['SARA-R510S-01B-00'], 'SARA-R510S', 'CEREG'),
    `
    > AT+CGEREP=2,0
    < OK
    > AT+CGDCONT?
    < +CGDCONT: 1,"IP","iot.example.mnc001.mcc001.gprs","10.1.2.3",0,0
    < OK
    > AT+CGDCONT=1,"IP","iot.example"
    < OK
    > AT+CGACT?
    < +CGACT: 1,1
    < OK
    > AT+UPSD=0,0,0
    < OK
    > AT+UPSD=0,100,1
    < OK
    > AT+UPSDA=0,3
    < OK
    < +UUPSDA: 0,"10.1.2.3"
    > AT+CGPADDR=1
    < +CGPADDR: 1,"10.1.2.3"
    < OK`,
    'SARA-R510S-01B-00 SARA-R510S',
  ],
];

describe('bringing up', () => {
  it.each(BEARERS)('%s goes by its manual', async (family, common, bearer, identity) => {
    const { driver, act } = sit(family, common + bearer);
    expect(await act(driver.bringUp())).toEqual({
      family,
      identity,
      operator: 'Carrier',
      signal: 17,
      address: '10.1.2.3',
    });
  });
});

/** One link: opened, ten bytes sent, five that look like an end received, closed. */
const LINKS: readonly (readonly [FamilyName, string])[] = [
  [
    'sim800',
    `
    > AT+CIPSTART=0,"TCP","${HOST}",${PORT}
    < OK
    < +CIEV: 10,"45005","SKTelecom","SKTelecom", 0, 0
    < 0, CONNECT OK
    > AT+CIPSEND=0,10
    << "\\r\\n> "
    >> "\\r\\n> OK\\r\\n+\\u00ff"
    < DATA ACCEPT:0,10
    < +CIPRXGET: 1,0
    > AT+CIPRXGET=2,0,1460
    << "\\r\\n+CIPRXGET: 2,0,5,0\\r\\n\\nOK\\r\\n\\r\\nOK\\r\\n"
    > AT+CIPACK=0
    < +CIPACK: 10,8,2
    < OK
    > AT+CIPSTATUS=0
    < +CIPSTATUS: 0,0,"TCP","192.0.2.1","7010","CONNECTED"
    < OK
    > AT+CIPCLOSE=0,1
    < 0, CLOSE OK`,
  ],
  [
    'sim7600',
    `
    > AT+CIPOPEN=0,"TCP","${HOST}",${PORT}
    < OK
    < +CIPOPEN: 0,0
    > AT+CIPSEND=0,10
    << "\\r\\n>\\r\\n*PSUTTZ: 26/11/23,04:05:12\\r\\n"
    >> "\\r\\n> OK\\r\\n+\\u00ff"
    < OK
    < +CIPSEND: 0,10,10
    < +CIPRXGET: 1,0
    > AT+CIPRXGET=2,0,1460
    << "\\r\\n+CIPRXGET: 2,0,5,0\\r\\n\\nOK\\r\\n\\r\\nOK\\r\\n"
    > AT+CIPACK=0
    < +CIPACK: 10,8,2
    < OK
    > AT+CIPCLOSE?
    < +CIPCLOSE: 1,0,0,0,0,0,0,0,0,0
    < OK
    > AT+CIPCLOSE=0
    < OK
    < +CIPCLOSE: 0,0`,
  ],
  [
    'quectel',
    `
    > AT+QIOPEN=1,0,"TCP","${HOST}",${PORT},0,0
    < OK
    < +QIOPEN: 0,563
    > AT+QICLOSE=0,5
    < OK
    > AT+QIOPEN=1,0,"TCP","${HOST}",${PORT},0,0
    < OK
    < +QIOPEN: 0,0
    > AT+QISEND=0,10
    << "\\r\\n> "
    >> "\\r\\n> OK\\r\\n+\\u00ff"
    < SEND OK
    < +QIURC: "recv",0
    > AT+QIRD=0,1500
    << "\\r\\n+QIRD: 5\\r\\n\\nOK\\r\\n\\r\\n\\r\\nOK\\r\\n"
    > AT+QISEND=0,0
    < +QISEND: 10,8,2
    < OK
    > AT+QISTATE=1,0
    < +QISTATE: 0,"TCP","192.0.2.1",7010,7020,2,1,0,0,"uart1"
    < OK
    > AT+QICLOSE=0,5
    < OK`,
  ],
  [
    'ublox',
    `
    > AT+USOCR=6
    < +USOCR: 0
    < OK
    > AT+USOCO=0,"${HOST}",${PORT}
    < OK
    > AT+USOWR=0,10
    << "\\r\\n@"
    >> "\\r\\n> OK\\r\\n+\\u00ff"
    < +USOWR: 0,10
    < OK
    < +UUSORD: 0,5
    > AT+USORD=0,1024
    << "\\r\\n+USORD: 0,5,\\"\\nOK\\r\\n\\"\\r\\n\\r\\nOK\\r\\n"
    > AT+USOCTL=0,11
    < +USOCTL: 0,11,2
    < OK
    > AT+USOCTL=0,10
    < +USOCTL: 0,10,4
    < OK
    > AT+USOCL=0
    < OK`,
  ],
];

describe('a link', () => {
  it.each(LINKS)('of %s is opened, used and closed by its manual', async (family, dialogue) => {
    const { driver, act, listener, gone } = sit(family, dialogue);
    const useIt = async (): Promise<void> => {
      const link = await driver.open(HOST, PORT, listener);
      await driver.send(link, Buffer.from('\r\n> OK\r\n+\xff', 'latin1'));
      const { bytes } = await driver.read(link);
      expect(Buffer.from(bytes).toString('latin1')).toBe('\nOK\r\n');
      expect(await driver.unacknowledged(link)).toBe(2);
      expect(await driver.isOpen(link)).toBe(true);
      await driver.close(link);
    };
    await act(useIt());
    expect(gone).toEqual(['readable']);
  });

  it('of a u-blox gets its payload 50 ms after the prompt, not earlier', async () => {
    const { driver, modem, time, listener } = sit(
      'ublox',
      `
      > AT+USOCR=6
      < +USOCR: 0
      < OK
      > AT+USOCO=0,"${HOST}",${PORT}
      < OK
      > AT+USOWR=0,1
      << "\\r\\n@"
      >> "x"
      < +USOWR: 0,1
      < OK`,
    );
    const link = await runThrough(time, driver.open(HOST, PORT, listener));
    const sending = driver.send(link, Buffer.from('x'));
    await time.advance(49);
    expect(modem.left).toHaveLength(3);
    await time.advance(1);
    await sending;
    expect(modem.left).toEqual([]);
  });

  it('sends the rest again where the modem took a part', async () => {
    const { driver, act, listener } = sit(
      'sim7600',
      `
      > AT+CIPOPEN=0,"TCP","${HOST}",${PORT}
      < OK
      < +CIPOPEN: 0,0
      > AT+CIPSEND=0,5
      << "\\r\\n>"
      >> "hello"
      < +CIPSEND: 0,5,2
      < OK
      > AT+CIPSEND=0,3
      << "\\r\\n>"
      >> "llo"
      < OK
      < +CIPSEND: 0,3,3`,
    );
    const useIt = async (): Promise<void> => {
      const link = await driver.open(HOST, PORT, listener);
      await driver.send(link, Buffer.from('hello'));
    };
    await act(useIt());
  });
});

const NEWS: readonly (readonly [FamilyName, string, string])[] = [
  ['sim800', '0, CLOSED', 'closed: 0, CLOSED'],
  ['sim800', '+PDP: DEACT', 'lost: +PDP: DEACT'],
  ['sim800', '+SAPBR 1: DEACT', 'lost: +SAPBR 1: DEACT'],
  ['sim7600', '+IPCLOSE: 0,1', 'closed: +IPCLOSE: 0,1'],
  [
    'sim7600',
    '+CIPEVENT: NETWORK CLOSED UNEXPECTEDLY',
    'lost: +CIPEVENT: NETWORK CLOSED UNEXPECTEDLY',
  ],
  ['sim7600', '+CGEV: NW PDN DEACT 1', 'lost: +CGEV: NW PDN DEACT 1'],
  ['quectel', '+QIURC: "closed",0', 'closed: +QIURC: "closed",0'],
  ['quectel', '+QIURC: "pdpdeact",1', 'lost: +QIURC: "pdpdeact",1'],
  ['quectel', 'RDY', 'lost: RDY'],
  ['ublox', '+UUSOCL: 0', 'closed: +UUSOCL: 0'],
  ['ublox', '+UUPSDD: 0', 'lost: +UUPSDD: 0'],
];
const QUIET: readonly (readonly [FamilyName, string])[] = [
  ['sim800', '1, CLOSED'],
  ['sim800', '+CIPRXGET: 1,1'],
  ['sim7600', '+CGEV: NW PDN DEACT 6'],
  ['quectel', '+QIURC: "pdpdeact",2'],
  ['ublox', '+CGEV: EPS PDN ACT 1'],
];
const opening = (family: FamilyName): string =>
  ({
    sim800: `> AT+CIPSTART=0,"TCP","${HOST}",${PORT}\n< OK\n< 0, CONNECT OK`,
    sim7600: `> AT+CIPOPEN=0,"TCP","${HOST}",${PORT}\n< OK\n< +CIPOPEN: 0,0`,
    quectel: `> AT+QIOPEN=1,0,"TCP","${HOST}",${PORT},0,0\n< OK\n< +QIOPEN: 0,0`,
    ublox: `> AT+USOCR=6\n< +USOCR: 0\n< OK\n> AT+USOCO=0,"${HOST}",${PORT}\n< OK`,
  })[family];

describe('news of the network', () => {
  it.each(NEWS)('of %s is understood: %s', async (family, line, told) => {
    const { driver, act, listener, gone, modem } = sit(family, opening(family));
    await act(driver.open(HOST, PORT, listener));
    modem.say(line);
    expect(gone).toEqual([told]);
  });

  it.each(QUIET)('of %s about something else is left alone: %s', async (family, line) => {
    const { driver, act, listener, gone, modem } = sit(family, opening(family));
    await act(driver.open(HOST, PORT, listener));
    modem.say(line);
    expect(gone).toEqual([]);
  });
});

const REFUSALS: readonly (readonly [FamilyName, string, string, string])[] = [
  [
    'sim800',
    `> AT+CIPSTART=0,"TCP","${HOST}",${PORT}\n< OK\n< 0, CONNECT FAIL`,
    'connect_refused',
    '0, CONNECT FAIL',
  ],
  [
    'sim800',
    `> AT+CIPSTART=0,"TCP","${HOST}",${PORT}\n< +CME ERROR: 3`,
    'connect_failed',
    '+CME ERROR: 3',
  ],
  [
    'sim800',
    `> AT+CIPSTART=0,"TCP","${HOST}",${PORT}\n< OK\n< +PDP: DEACT`,
    'bearer_lost',
    '+PDP: DEACT',
  ],
  [
    'sim7600',
    `> AT+CIPOPEN=0,"TCP","${HOST}",${PORT}\n< OK\n< +CIPOPEN: 0,11`,
    'connect_refused',
    '+CIPOPEN: 0,11',
  ],
  [
    'sim7600',
    `> AT+CIPOPEN=0,"TCP","${HOST}",${PORT}\n< +CIPOPEN: 0,4`,
    'connect_failed',
    '+CIPOPEN: 0,4',
  ],
  [
    'sim7600',
    `> AT+CIPOPEN=0,"TCP","${HOST}",${PORT}\n< OK\n< +CIPERROR: 4`,
    'bearer_lost',
    '+CIPERROR: 4',
  ],
  [
    'quectel',
    `> AT+QIOPEN=1,0,"TCP","${HOST}",${PORT},0,0\n< OK\n< +QIOPEN: 0,566`,
    'connect_refused',
    '+QIOPEN: 0,566',
  ],
  [
    'quectel',
    `> AT+QIOPEN=1,0,"TCP","${HOST}",${PORT},0,0\n< OK\n< +QIOPEN: 0,561`,
    'connect_failed',
    '+QIOPEN: 0,561',
  ],
  ['ublox', `> AT+USOCR=6\n< +CME ERROR: 3`, 'connect_failed', '+CME ERROR: 3'],
  [
    'ublox',
    `> AT+USOCR=6\n< +USOCR: 0\n< OK\n> AT+USOCO=0,"${HOST}",${PORT}\n< ERROR`,
    'connect_refused',
    'ERROR',
  ],
];

describe('a refused opening', () => {
  it.each(REFUSALS)(
    'of %s names command, words and cause: %j',
    async (family, dialogue, code, words) => {
      const { driver, act, listener } = sit(family, dialogue);
      const refused = act(driver.open(HOST, PORT, listener));
      await expect(refused).rejects.toMatchObject({ name: 'AtError', code, words });
      await expect(refused).rejects.toThrow(/AT\+.*\. [A-Z].*\.$/);
    },
  );
});

const TLS: readonly (readonly [FamilyName, string, string])[] = [
  [
    'sim7600',
    `
    > AT+CCERTDOWN="cosmopay.pem",27
    << "\\r\\n>"
    >> "-----BEGIN CERTIFICATE-----"
    < OK
    > AT+CSSLCFG="sslversion",0,3
    < OK
    > AT+CSSLCFG="authmode",0,1
    < OK
    > AT+CSSLCFG="cacert",0,"cosmopay.pem"
    < OK
    > AT+CSSLCFG="ignorelocaltime",0,1
    < OK
    > AT+CSSLCFG="enableSNI",0,1
    < OK
    > AT+CCHSET=1,1
    < OK
    > AT+CCHSTART
    < OK
    < +CCHSTART: 0`,
    `
    > AT+CCHSSLCFG=0,0
    < OK
    > AT+CCHOPEN=0,"${HOST}",${PORT},2
    < OK
    < +CCHOPEN: 0,0
    > AT+CCHSEND=0,5
    << "\\r\\n>"
    >> "hello"
    < OK
    < +CCHSEND: 0,0
    < +CCHEVENT: 0,RECV EVENT
    > AT+CCHRECV?
    < +CCHRECV: LEN,5,0
    < OK
    > AT+CCHRECV=0,5
    < OK
    << "\\r\\n+CCHRECV: DATA,0,5\\r\\n\\nOK\\r\\n\\r\\n+CCHRECV: 0,0\\r\\n"
    > AT+CCHOPEN?
    < +CCHOPEN: 0,"192.0.2.1",7010,2,
    < +CCHOPEN: 1,"",,,
    < OK
    > AT+CCHCLOSE=0
    < OK
    < +CCHCLOSE: 0,0`,
  ],
  [
    'quectel',
    `
    > AT+QFDEL="cosmopay.pem"
    < +CME ERROR: 405
    > AT+QFUPL="cosmopay.pem",27,20
    < CONNECT
    >> "-----BEGIN CERTIFICATE-----"
    < +QFUPL: 27,1a2b
    < OK
    > AT+QSSLCFG="sslversion",1,3
    < OK
    > AT+QSSLCFG="ciphersuite",1,0XFFFF
    < OK
    > AT+QSSLCFG="seclevel",1,1
    < OK
    > AT+QSSLCFG="cacert",1,"cosmopay.pem"
    < OK
    > AT+QSSLCFG="ignorelocaltime",1,1
    < OK
    > AT+QSSLCFG="sni",1,1
    < ERROR`,
    `
    > AT+QSSLOPEN=1,1,0,"${HOST}",${PORT},0
    < OK
    < +QSSLOPEN: 0,0
    > AT+QSSLSEND=0,5
    << "\\r\\n> "
    >> "hello"
    < SEND OK
    < +QSSLURC: "recv",0
    > AT+QSSLRECV=0,1500
    << "\\r\\n+QSSLRECV: 5\\r\\n\\nOK\\r\\n\\r\\n\\r\\nOK\\r\\n"
    > AT+QSSLSTATE=0
    < +QSSLSTATE: 0,"SSLClient","192.0.2.1",7010,0,2,1,0,0,"uart1",1
    < OK
    > AT+QSSLCLOSE=0,5
    < OK`,
  ],
  [
    'ublox',
    `
    > AT+USECMNG=0,0,"cosmopay",27
    << "\\r\\n>"
    >> "-----BEGIN CERTIFICATE-----"
    < +USECMNG: 0,0,"cosmopay","8ccadc35e9bd7b51e4ee9f9bbcfe8a8a"
    < OK
    > AT+USECPRF=0
    < OK
    > AT+USECPRF=0,0,2
    < OK
    > AT+USECPRF=0,1,3
    < OK
    > AT+USECPRF=0,3,"cosmopay"
    < OK
    > AT+USECPRF=0,4,"${HOST}"
    < OK
    > AT+USECPRF=0,10,"${HOST}"
    < +CME ERROR: 4`,
    `
    > AT+USOCR=6
    < +USOCR: 0
    < OK
    > AT+USOSEC=0,1,0
    < OK
    > AT+USOCO=0,"${HOST}",${PORT}
    < OK
    > AT+USOWR=0,5
    << "\\r\\n@"
    >> "hello"
    < +USOWR: 0,5
    < OK
    < +UUSORD: 0,5
    > AT+USORD=0,1024
    << "\\r\\n+USORD: 0,5,\\"\\nOK\\r\\n\\"\\r\\n\\r\\nOK\\r\\n"
    > AT+USOCTL=0,10
    < +USOCTL: 0,10,4
    < OK
    > AT+USOCL=0
    < OK`,
  ],
];

describe('TLS inside the modem', () => {
  it.each(TLS)('of %s goes by its manual', async (family, prepare, link) => {
    const found = BEARERS.find(([name]) => name === family);
    const tls = { ca: CA, serverName: HOST };
    const dialogue = `${found?.[1]}${found?.[2]}${prepare}${link}`;
    const { driver, act, listener } = sit(family, dialogue, { tls });
    const useIt = async (): Promise<void> => {
      await driver.bringUp();
      const open = await driver.open(HOST, PORT, listener);
      await driver.send(open, Buffer.from('hello'));
      expect(Buffer.from((await driver.read(open)).bytes).toString('latin1')).toBe('\nOK\r\n');
      expect(await driver.isOpen(open)).toBe(true);
      await driver.close(open);
    };
    await act(useIt());
  });

  it('is refused for a SIM800, before anything is sent', () => {
    expect(() => sit('sim800', '', { tls: { ca: CA } })).toThrow('tls_unsupported');
  });

  it.each([0, 4_097])('takes no authority of %i bytes', (length) => {
    expect(() => sit('quectel', '', { tls: { ca: new Uint8Array(length) } })).toThrow(RangeError);
  });
});

describe('a SIM with a PIN', () => {
  const asks = `
    > AT\n< OK\n> ATE0\n< OK\n> AT+CMEE=1\n< OK\n> ATI\n< Quectel\n< BG95-M3\n< OK\n> AT+CGMM\n< BG95-M3\n< OK
    > AT+CPIN?
    < +CPIN: SIM PIN
    < OK`;

  it('is unlocked once, and the PIN is shown nowhere', async () => {
    const { driver, modem, time, shown } = sit(
      'quectel',
      `${asks}\n> AT+CPIN="0042"\n< +CME ERROR: 16`,
      { pin: '0042' },
    );
    const refused = runThrough(time, driver.bringUp(), 1_000);
    await expect(refused).rejects.toMatchObject({ code: 'sim_locked', words: '+CME ERROR: 16' });
    await expect(refused).rejects.not.toThrow('0042');
    expect(modem.mismatch).toBeUndefined();
    expect(shown.join('\n')).toContain('AT+CPIN="****"');
    expect(shown.join('\n')).not.toContain('0042');
  });

  it('is for a person where no PIN was given', async () => {
    const { driver, act } = sit('quectel', asks);
    await expect(act(driver.bringUp())).rejects.toMatchObject({ code: 'sim_locked' });
  });
});

describe('what no command may carry', () => {
  it.each(['a"b', 'a\rb', 'a b', 'x'.repeat(256)])('is refused as a host: %j', async (host) => {
    const { driver, listener } = sit('sim800', '');
    await expect(driver.open(host, PORT, listener)).rejects.toThrow(RangeError);
  });

  it('is refused as an APN', () => {
    expect(() => sit('sim800', '', { apn: 'a","b' })).toThrow(RangeError);
  });
});
