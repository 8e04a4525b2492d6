/**
 * What each text read in a place leads to: a kind, `unknown`, or `refused` (code 73). Check digits, CRCs and BER were
 * worked out by other means than the code under test. Sources: EMVCo QR consumer-presented mode 1.1 (its sample) and
 * merchant-presented mode 1.1 (its sample), EMV book 3 annex B, ISO/IEC 7812-1 (cards), 7813 (tracks), 4909 (track 3),
 * 14443-3 (tags), 7064 (checks), ITU-T E.164 (phones), Crockford's Base32, WeChat Pay and Alipay bar code rules,
 * KakaoPay as seen at kiosks. Cards are the test numbers of their networks.
 */
import type { EntryMode } from '#protocol/request.ts';

const KEYED = 1;
const SCAN = 3;
const CHIP = 5;
const TAP = 7;

/** Note, text as read, entry mode, region, what it leads to. */
export type IdentifierCase = readonly [string, string, EntryMode, string, string];

/** EMVCo CPM 1.1, sample of the specification: it carries tag 5A without a token requestor. */
export const CPM_SAMPLE =
  'hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRIT0xERVIvRU1WXy0IcnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw==';
/** Payment account reference and cryptogram, no number. */
export const CPM_REFERENCE =
  'hQVDUFYwMWFCTwegAAAAVVVVnyQdNTAwMUJPOEI5TlhWVklYQ1QwSEFKVTk4STUxMlpjF58mCFhP04X6I0vMnzYCAAGfNwRtWO8T';
const CPM_TOKEN =
  'hQVDUFYwMWE1TwegAAAAVVVVWghiEjRWeJASMp8ZBgUBEAMCc2MXnyYIWE/ThfojS8yfNgIAAZ83BG1Y7xM=';
const CPM_TRACK_2 = 'hQVDUFYwMWEwTwegAAAAVVVVVwxiEjRWeJASMtJRIgFjF58mCFhP04X6I0vMnzYCAAGfNwRtWO8T';
const CPM_TRACK_2_TOKEN =
  'hQVDUFYwMWE5TwegAAAAVVVVVwxiEjRWeJASMtJRIgGfGQYFARADAnNjF58mCFhP04X6I0vMnzYCAAGfNwRtWO8T';
const CPM_TRACK_1 =
  'hQVDUFYwMWFBTwegAAAAVVVVVh1CNjIxMjM0NTY3ODkwMTIzMl5BL0JeMjUxMjIwMWMXnyYIWE/ThfojS8yfNgIAAZ83BG1Y7xM=';
const CPM_SHORT_REQUESTOR =
  'hQVDUFYwMWE0TwegAAAAVVVVWghiEjRWeJASMp8ZBQUBEAMCYxefJghYT9OF+iNLzJ82AgABnzcEbVjvEw==';
/** 512 characters: 85, 61 of 373 bytes with 4F and one 9F10 of 01s. */
export const CPM_LONGEST: string = longCode(373);

/** EMVCo MPM 1.1, sample of the specification. */
export const MPM_SAMPLE =
  '00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME91320016A0112233449988770708123456786304A13A';
const MPM_CARD_NETWORKS =
  '0002010102121313JCB12345678900416MASTER12345678905204531153033925407999.1235802JP5906DONGRI6005TOKYO62240104hoge0504fuga0704piyo6304C343';

const KAKAO = '281006123456789012345678';

export const IDENTIFIER_CASES: readonly IdentifierCase[] = [
  ['own code scanned', '71000000042123456764', SCAN, 'KR', 'own.code'],
  ['own code keyed', '71000000042123456764', KEYED, 'KR', 'own.code'],
  ['own code with spaces', '7100 0000 0421 2345 6764', SCAN, 'KR', 'own.code'],
  ['own code, wrong check', '71000000042123456765', SCAN, 'KR', 'unknown'],
  ['own code, other generation', '72000000042123456764', SCAN, 'KR', 'unknown'],
  ['own code of 19 digits', '7100000004212345676', SCAN, 'KR', 'unknown'],
  ['own code of 21 digits', '710000000421234567640', SCAN, 'KR', 'unknown'],
  ['20 digits tapped are a tag', '71000000042123456764', TAP, 'KR', 'nfc.tag'],
  ['own code from a chip', '71000000042123456764', CHIP, 'KR', 'own.code'],

  ['phone', '+821012345678', KEYED, 'KR', 'phone'],
  ['phone in groups', '+82 10-1234.5678', KEYED, 'KR', 'phone'],
  ['phone in full width', '＋８２１０１２３４５６７８', KEYED, 'KR', 'phone'],
  ['phone copied with marks of direction', '\u202a+821012345678\u202c', KEYED, 'KR', 'phone'],
  ['phone with soft hyphens', '+82\u00ad10\u00ad12345678', KEYED, 'KR', 'phone'],
  ['phone in Arabic digits', '+٨٢١٠١٢٣٤٥٦٧٨', KEYED, 'KR', 'unknown'],
  ['phone in Devanagari digits', '+८२१०१२३४५६७८', KEYED, 'KR', 'unknown'],
  ['phone with a superscript', '+82101234567⁸', KEYED, 'KR', 'unknown'],
  ['phone with a circled digit', '+82101234567⑧', KEYED, 'KR', 'unknown'],
  ['phone in mathematical digits', '+𝟖𝟐1012345678', KEYED, 'KR', 'unknown'],
  ['phone with a letter at its end', '+82101234567X', KEYED, 'KR', 'unknown'],
  ['phone with a letter within', '+8210X2345678', KEYED, 'KR', 'unknown'],
  ['phone of 6 digits', '+123456', KEYED, 'KR', 'unknown'],
  ['phone of 7 digits', '+1234567', KEYED, 'KR', 'phone'],
  ['phone of 15 digits', '+123456789012345', KEYED, 'KR', 'phone'],
  ['phone of 16 digits', '+1234567890123456', KEYED, 'KR', 'unknown'],
  ['phone of country 0', '+0123456789', KEYED, 'KR', 'unknown'],
  ['phone without its country', '01012345678', KEYED, 'KR', 'unknown'],
  ['phone scanned, the decision refuses it', '+821012345678', SCAN, 'KR', 'phone'],

  ['IC card', 'IC00000000001B', TAP, 'KR', 'ic.card'],
  ['IC card, wrong check', 'IC00000000001?', TAP, 'KR', 'unknown'],
  ['IC card, chip', 'IC00000000001B', CHIP, 'KR', 'ic.card'],
  ['IC card, small letters', 'ic00000000001b', KEYED, 'KR', 'ic.card'],
  ['IC card, another check character', 'IC00000000001C', TAP, 'KR', 'unknown'],
  ['IC card of 13 characters', 'IC0000000001N', TAP, 'KR', 'unknown'],
  ['IC card of 15 characters', 'IC000000000001O', TAP, 'KR', 'unknown'],

  ['tag of 4 bytes', 'DEADBEEF', TAP, 'KR', 'nfc.tag'],
  ['tag of 4 bytes in small letters', 'deadbeef', TAP, 'KR', 'nfc.tag'],
  ['tag with colons', 'de:ad:be:ef', TAP, 'KR', 'nfc.tag'],
  ['tag with spaces', 'DE AD BE EF', TAP, 'KR', 'nfc.tag'],
  ['tag of 7 bytes', '04A1B2C3D4E5F6', TAP, 'KR', 'nfc.tag'],
  ['tag of 10 bytes', '04A1B2C3D4E5F6010203', TAP, 'KR', 'nfc.tag'],
  ['tag of 3 bytes', 'DEADBE', TAP, 'KR', 'unknown'],
  ['tag of 5 bytes (with its BCC)', 'DEADBEEF22', TAP, 'KR', 'unknown'],
  ['tag of 6 bytes', '04A1B2C3D4E5', TAP, 'KR', 'unknown'],
  ['tag of 8 bytes', '04A1B2C3D4E5F607', TAP, 'KR', 'unknown'],
  ['tag of 9 bytes', '04A1B2C3D4E5F60102', TAP, 'KR', 'unknown'],
  ['tag of 11 bytes', '04A1B2C3D4E5F601020304', TAP, 'KR', 'unknown'],
  ['tag of 7 digits', 'DEADBEE', TAP, 'KR', 'unknown'],
  ['tag of 9 digits', 'DEADBEEF0', TAP, 'KR', 'unknown'],
  ['tag with a G', 'DEADBEEG', TAP, 'KR', 'unknown'],
  ['tag with a foreign digit', 'DEADBEE٤', TAP, 'KR', 'unknown'],
  ['tag that draws its number anew', '08ADBEEF', TAP, 'KR', 'unknown'],
  ['7 bytes may begin with 08', '08ADBEEF010203', TAP, 'KR', 'nfc.tag'],
  ['first half of a longer number', '8804A1B2', TAP, 'KR', 'unknown'],
  ['second part begins with the cascade', '04A1B288D4E5F6', TAP, 'KR', 'unknown'],
  ['4 bytes may end with 88', 'DEADBE88', TAP, 'KR', 'nfc.tag'],
  ['10 bytes with 88 as the fourth', '04A1B288D4E5F6010203', TAP, 'KR', 'nfc.tag'],
  ['10 bytes with 88 in the third part', '04A1B2C3D4E588010203', TAP, 'KR', 'nfc.tag'],
  ['tag keyed', 'DEADBEEF', KEYED, 'KR', 'unknown'],
  ['tag scanned', 'DEADBEEF', SCAN, 'KR', 'unknown'],
  ['tag from a chip', 'DEADBEEF', CHIP, 'KR', 'unknown'],
  ['decimal tag that is no card', '36012345678900', TAP, 'KR', 'nfc.tag'],
  ['decimal tag like a Diners card', '36012345678901', TAP, 'KR', 'refused'],
  ['decimal tag that begins with 0', '04012345678909', TAP, 'KR', 'nfc.tag'],
  ['the same scanned', '04012345678909', SCAN, 'KR', 'refused'],
  ['10 bytes like a track', '123456789012D2512201', TAP, 'KR', 'refused'],

  ['voucher', 'V7Q3M9X2KD8WTF', KEYED, 'KR', 'voucher'],
  ['voucher scanned', 'V7Q3M9X2KD8WTF', SCAN, 'KR', 'voucher'],
  ['voucher in groups', 'v7q3m-9x2k-d8wt-f', KEYED, 'KR', 'voucher'],
  ['voucher of zeros', 'V000000000000B', KEYED, 'KR', 'voucher'],
  ['voucher, O for 0', 'VOOOOOOOOOOOOB', KEYED, 'KR', 'voucher'],
  ['voucher, I for 1', 'VI23456789ABCN', KEYED, 'KR', 'voucher'],
  ['voucher, L for 1', 'vl23456789abcn', KEYED, 'KR', 'voucher'],
  ['voucher of the highest symbols', 'VZZZZZZZZZZZZM', KEYED, 'KR', 'voucher'],
  ['voucher, check symbol *', 'V100000000031*', KEYED, 'KR', 'voucher'],
  ['voucher, check symbol ~', 'V100000000032~', KEYED, 'KR', 'voucher'],
  ['voucher, check symbol $', 'V100000000033$', KEYED, 'KR', 'voucher'],
  ['voucher, check symbol =', 'V100000000034=', KEYED, 'KR', 'voucher'],
  ['voucher, check symbol U', 'V100000000020U', KEYED, 'KR', 'voucher'],
  ['voucher, wrong check', 'V7Q3M9X2KD8WTG', KEYED, 'KR', 'unknown'],
  ['voucher, two symbols swapped', 'VQ73M9X2KD8WTF', KEYED, 'KR', 'unknown'],
  ['voucher with a U within', 'V7U3M9X2KD8WTF', KEYED, 'KR', 'unknown'],
  ['voucher with a * within', 'V7*3M9X2KD8WTF', KEYED, 'KR', 'unknown'],
  ['voucher of 13 characters', 'V7Q3M9X2KD8WT', KEYED, 'KR', 'unknown'],
  ['voucher of 15 characters', 'V7Q3M9X2KD8WTFF', KEYED, 'KR', 'unknown'],
  ['voucher with a foreign digit', 'V٧Q3M9X2KD8WTF', KEYED, 'KR', 'unknown'],

  ['WeChat with a letter at its end', '13012345678901234X', SCAN, 'CN', 'unknown'],
  ['WeChat with a letter within', '1301234X7890123456', SCAN, 'CN', 'unknown'],
  ['WeChat, first prefix, like a card', '100123456789012345', SCAN, 'CN', 'wechat.code'],
  ['WeChat, last prefix', '150123456789012341', SCAN, 'CN', 'wechat.code'],
  ['WeChat, with a Luhn digit', '130123456789012342', SCAN, 'KR', 'wechat.code'],
  ['WeChat, prefix 09', '090123456789012341', SCAN, 'CN', 'unknown'],
  ['WeChat, prefix 16', '160123456789012340', SCAN, 'CN', 'unknown'],
  ['WeChat of 17 digits', '13012345678901234', SCAN, 'CN', 'unknown'],
  ['WeChat of 19 digits', '1301234567890123400', SCAN, 'CN', 'unknown'],
  ['WeChat in groups', '1301 2345 6789 012340', SCAN, 'CN', 'wechat.code'],
  ['WeChat in full width', '１３０１２３４５６７８９０１２３４０', SCAN, 'CN', 'wechat.code'],
  ['WeChat in Bengali digits', '১৩০১২৩৪৫৬৭৮৯০১২৩৪০', SCAN, 'CN', 'unknown'],
  ['WeChat keyed, like a card', '130123456789012342', KEYED, 'CN', 'refused'],
  ['WeChat keyed, unlike a card', '130123456789012340', KEYED, 'CN', 'wechat.code'],

  ['Alipay, first prefix', '250123456789012345', SCAN, 'CN', 'alipay.code'],
  ['Alipay, last prefix', '300123456789012345', SCAN, 'CN', 'alipay.code'],
  ['Alipay, prefix 24', '240123456789012345', SCAN, 'CN', 'unknown'],
  ['Alipay, prefix 31', '310123456789012345', SCAN, 'CN', 'unknown'],
  ['Alipay of 15 digits', '280123456789012', SCAN, 'CN', 'unknown'],
  ['Alipay of 16 digits', '2801234567890120', SCAN, 'CN', 'alipay.code'],
  ['Alipay of 24 digits', '280123456789012345678901', SCAN, 'CN', 'alipay.code'],
  ['Alipay of 25 digits', '2801234567890123456789012', SCAN, 'CN', 'unknown'],
  ['Alipay 28 with a Luhn digit', '2801234567890126', SCAN, 'CN', 'alipay.code'],
  ['Alipay 29 with a Luhn digit', '2901234567890125', SCAN, 'CN', 'alipay.code'],
  ['Alipay 25 like a Mastercard', '2501234567890129', SCAN, 'CN', 'refused'],
  ['Alipay 25 unlike a Mastercard', '2501234567890120', SCAN, 'CN', 'alipay.code'],
  ['Alipay 26 like a Mastercard', '2601234567890128', SCAN, 'CN', 'refused'],
  ['Alipay 27 like a Mastercard', '2701234567890127', SCAN, 'CN', 'refused'],
  ['Alipay 27 too long for a Mastercard', '27012345678901230', SCAN, 'CN', 'alipay.code'],
  ['Alipay 30 of 16 digits like Diners', '3001234567890122', SCAN, 'CN', 'refused'],
  ['Alipay 30 of 19 digits like Diners', '3001234567890123459', SCAN, 'CN', 'refused'],
  ['Alipay 30 of 19 digits, no Luhn', '3001234567890123450', SCAN, 'CN', 'alipay.code'],
  ['Alipay 30 of 20 digits with Luhn', '30012345678901234563', SCAN, 'CN', 'alipay.code'],
  ['Alipay 28 keyed, like a card', '2801234567890126', KEYED, 'CN', 'refused'],
  ['20 digits of Alipay tapped are a tag', '28012345678901234567', TAP, 'CN', 'nfc.tag'],
  ['20 digits of Alipay from a chip', '28012345678901234567', CHIP, 'CN', 'alipay.code'],

  ['KakaoPay in Korea', KAKAO, SCAN, 'KR', 'kakaopay.code'],
  ['KakaoPay in a part of Korea', KAKAO, SCAN, 'KR-11', 'kakaopay.code'],
  ['the same in China is Alipay', KAKAO, SCAN, 'CN', 'alipay.code'],
  ['the same in a region KRX is Alipay', KAKAO, SCAN, 'KRX', 'alipay.code'],
  ['the same where the region is unknown', KAKAO, SCAN, '', 'alipay.code'],
  ['KakaoPay keyed in Korea', KAKAO, KEYED, 'KR', 'kakaopay.code'],
  ['281006 of 23 digits in Korea', KAKAO.slice(0, 23), SCAN, 'KR', 'alipay.code'],
  ['281006 of 25 digits in Korea', `${KAKAO}9`, SCAN, 'KR', 'unknown'],
  ['281007 in Korea', `281007${KAKAO.slice(6)}`, SCAN, 'KR', 'alipay.code'],

  ['UnionPay code', '6201234567890123450', SCAN, 'CN', 'unionpay.code'],
  ['UnionPay card of 19 digits', '6201234567890123452', SCAN, 'CN', 'refused'],
  ['UnionPay code keyed', '6201234567890123450', KEYED, 'CN', 'unionpay.code'],
  ['UnionPay card keyed', '6201234567890123452', KEYED, 'CN', 'refused'],
  ['UnionPay card of 16 digits', '6201234567890123', SCAN, 'CN', 'refused'],
  ['62 of 18 digits, no Luhn', '620123456789012340', SCAN, 'CN', 'unknown'],
  ['62 of 18 digits, Luhn', '620123456789012342', SCAN, 'CN', 'refused'],
  ['62 of 20 digits', '62012345678901234501', SCAN, 'CN', 'unknown'],

  ['EMVCo customer code with a reference', CPM_REFERENCE, SCAN, 'KR', 'emv.cpm'],
  ['the same with a line end', `${CPM_REFERENCE}\r\n`, SCAN, 'KR', 'emv.cpm'],
  ['the same in small letters', CPM_REFERENCE.toLowerCase(), SCAN, 'KR', 'unknown'],
  ['the same in groups', `${CPM_REFERENCE.slice(0, 20)} `.concat('AAAA'), SCAN, 'KR', 'unknown'],
  ['EMVCo sample, it carries a card', CPM_SAMPLE, SCAN, 'KR', 'refused'],
  ['the same keyed', CPM_SAMPLE, KEYED, 'KR', 'refused'],
  ['customer code with a token', CPM_TOKEN, SCAN, 'KR', 'emv.cpm'],
  ['customer code with track 2', CPM_TRACK_2, SCAN, 'KR', 'refused'],
  ['customer code with track 2 of a token', CPM_TRACK_2_TOKEN, SCAN, 'KR', 'emv.cpm'],
  ['customer code with track 1', CPM_TRACK_1, SCAN, 'KR', 'refused'],
  ['token requestor of 5 bytes', CPM_SHORT_REQUESTOR, SCAN, 'KR', 'refused'],
  [
    'token requestor elsewhere',
    'hQVDUFYwMWESTwegAAAAVVVVnxkGBQEQAwJzYgpaCGISNFZ4kBIy',
    SCAN,
    'KR',
    'refused',
  ],
  ['card in a nested template', 'hQVDUFYwMWEVTwegAAAAVVVVYwpaCGISNFZ4kBIy', SCAN, 'KR', 'refused'],
  ['customer code without an application', 'hQVDUFYwMWIJTwegAAAAVVVV', SCAN, 'KR', 'unknown'],
  ['customer code of 12 characters', 'hQVDUFYwMWEA', SCAN, 'KR', 'emv.cpm'],
  ['customer code of 8 characters', 'hQVDUFYw', SCAN, 'KR', 'unknown'],
  ['customer code of 512 characters', CPM_LONGEST, SCAN, 'KR', 'emv.cpm'],
  ['customer code of 516 characters', longCode(376), SCAN, 'KR', 'unknown'],
  ['customer code of version 02', 'hQVDUFYwMmEJTwegAAAAVVVV', SCAN, 'KR', 'unknown'],
  ['customer code, length not minimal', 'hQVDUFYwMWGBCU8HoAAAAFVVVQ==', SCAN, 'KR', 'unknown'],
  ['customer code without its padding', CPM_TOKEN.slice(0, -1), SCAN, 'KR', 'unknown'],
  ['customer code cut off', CPM_REFERENCE.slice(0, -4), SCAN, 'KR', 'unknown'],

  ['EMVCo merchant sample', MPM_SAMPLE, SCAN, 'CN', 'emv.mpm'],
  ['the same with a line end', `${MPM_SAMPLE}\n`, SCAN, 'CN', 'emv.mpm'],
  ['merchant code of two networks', MPM_CARD_NETWORKS, SCAN, 'KR', 'emv.mpm'],
  ['merchant code, wrong CRC', MPM_SAMPLE.replace(/A$/, 'B'), SCAN, 'CN', 'unknown'],
  [
    'merchant code, CRC in small letters',
    MPM_SAMPLE.replace(/A13A$/, 'a13a'),
    SCAN,
    'CN',
    'emv.mpm',
  ],
  ['merchant code with a name changed', MPM_SAMPLE.replace('BEST', 'REST'), SCAN, 'CN', 'unknown'],
  ['shortest merchant code', '0002016304AAE6', SCAN, 'KR', 'emv.mpm'],
  ['the same tapped is a tag', '0002016304AAE6', TAP, 'KR', 'nfc.tag'],
  ['merchant code like a track', '00020126160012D1560000000063047057', SCAN, 'KR', 'emv.mpm'],
  ['the same with a wrong length', '00020126300012D1560000000063047791', SCAN, 'KR', 'refused'],
  ['length in characters', '0002015913最佳运输最佳运输最佳运输餐6304B9DC', SCAN, 'CN', 'emv.mpm'],
  ['merchant code, empty object', '0002010102112600006304355F', SCAN, 'KR', 'unknown'],
  ['merchant code, object twice', '00020100020163040389', SCAN, 'KR', 'unknown'],
  ['merchant code, object too long', '0002015904123', SCAN, 'KR', 'unknown'],
  ['merchant code without its CRC', '00020159041234', SCAN, 'KR', 'unknown'],
  ['merchant code of version 02', '0002026304AAE6', SCAN, 'KR', 'unknown'],

  ['Visa', '4111111111111111', SCAN, 'KR', 'refused'],
  ['Visa in groups', '4111 1111-1111.1111', KEYED, 'KR', 'refused'],
  ['Visa in full width', '４１１１１１１１１１１１１１１１', KEYED, 'KR', 'refused'],
  ['Visa in Arabic digits', '٤١١١١١١١١١١١١١١١', KEYED, 'KR', 'refused'],
  ['Visa in Persian digits', '۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱', KEYED, 'KR', 'refused'],
  ['Visa in mathematical digits', `𝟒${'𝟏'.repeat(15)}`, KEYED, 'KR', 'refused'],
  ['Visa tapped', '4111111111111111', TAP, 'KR', 'refused'],
  ['Visa from a chip', '4111111111111111', CHIP, 'KR', 'refused'],
  ['Visa, wrong check digit', '4111111111111112', SCAN, 'KR', 'unknown'],
  ['American Express', '378282246310005', KEYED, 'KR', 'refused'],
  ['11 digits with Luhn', '12345678903', KEYED, 'KR', 'unknown'],
  ['12 digits with Luhn', '501234567896', KEYED, 'KR', 'refused'],
  ['19 digits with Luhn', '4000000000000000006', KEYED, 'KR', 'refused'],
  ['20 digits with Luhn', '40000000000000000002', KEYED, 'KR', 'unknown'],
  ['track 2', ';4111111111111111=25121010000012345678?', SCAN, 'KR', 'refused'],
  ['track 2 in DE 35', '4111111111111111D2512101', CHIP, 'KR', 'refused'],
  ['track 2 after a track 1 not read', '%E?;4111111111111111=2512101?', SCAN, 'KR', 'refused'],
  ['track 2 with three digits of a date', '4111111111111112=251', SCAN, 'KR', 'unknown'],
  ['track 2 with four digits of a date', '4111111111111112=2512', SCAN, 'KR', 'refused'],
  ['track 1', '%B4111111111111111^TEST/CARD^2512101?', SCAN, 'KR', 'refused'],
  ['track 1 without its sentinel', 'B4111111111111111^TEST/CARD^2512101', SCAN, 'KR', 'refused'],
  ['track 3', ';014111111111111111=724724000000000000000?', SCAN, 'KR', 'refused'],

  ['nothing', '', SCAN, 'KR', 'unknown'],
  ['spaces', ' \r\n', TAP, 'KR', 'unknown'],
  ['a product', '4006381333931', TAP, 'KR', 'unknown'],
  ['a web address', 'https://qr.example/pay', SCAN, 'KR', 'unknown'],
];

/** Base64 of `85 05 CPV01`, then template 61 of `bytes` bytes: 4F, and one object 9F10 that fills it. */
function longCode(bytes: number): string {
  const two = (value: number): readonly number[] => [0x82, value >> 8, value & 0xff];
  const filler = bytes - 9 - 5;
  return Buffer.from([
    ...[0x85, 5, 0x43, 0x50, 0x56, 0x30, 0x31, 0x61, ...two(bytes)],
    ...[0x4f, 7, 0xa0, 0, 0, 0, 0x55, 0x55, 0x55, 0x9f, 0x10, ...two(filler)],
    ...new Array<number>(filler).fill(1),
  ]).toString('base64');
}
