/** Texts that have broken programs, by name. Each has at most 40 characters, as short as a size of a gown. */
export const oddTexts: readonly (readonly [name: string, text: string])[] = [
  ["SQL", "x'); drop table products; --"],
  ["a quoted name", `"public"."products" \\' \\" $1 $$ %s`],
  ["HTML", "<script>alert(1)</script>"],
  ["JSON", '{"a": [null, "\\u0041"]}'],
  ["an expression of PostgREST", "eq.1&select=*,profiles(*)"],
  ["emoji", "👰🏾‍♀️💍👨‍👩‍👧🇪🇹"],
  ["Amharic", "የሰርግ ልብስ ኪራይ"],
  ["Arabic", "فستان زفاف"],
  ["Hebrew with marks", "שִׂמְלַת כַּלָּה"],
  ["both directions at once", "Gown \u202eفستان\u202c 38"],
  ["combining characters", "Ze\u0301lie\u0308 n\u0303a\u030a"],
  ["characters without width", "a\u200bb\u200cc\u2060d\ufeffe"],
  ["line breaks and tabs", "one\r\ntwo\tthree"],
  ["the word null", "NULL"],
  ["private use and the last code points", "\ue000\u{10ffff}\ufffd"],
];
