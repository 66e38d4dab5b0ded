use std::io::{BufReader, Read};

use super::*;

const SMALL: Limits = Limits { record: 1000, fields: 5, quoted: 10_000 };

/// Records with their lines; bad ones as "! " and their reason, others as their fields with a bar between them.
fn all(input: impl BufRead, stray_quotes: StrayQuotes, limits: Limits) -> Vec<(u64, String)> {
    let mut records = Records::new(input, stray_quotes, limits).unwrap();
    let mut all = Vec::new();
    while let Some(Record { line, content, .. }) = records.next_record().unwrap() {
        let fields = |fields: Fields<'_>| {
            (0..fields.len()).map(|k| fields.text(k).map(Cow::into_owned)).collect::<std::result::Result<Vec<_>, _>>()
        };
        all.push((line, content.and_then(fields).map_or_else(|bad| format!("! {bad}"), |all| all.join("|"))));
    }
    all
}

/// The same whatever comes at once.
fn read(text: impl AsRef<[u8]>) -> Vec<(u64, String)> {
    let text = text.as_ref();
    let of = |size| all(BufReader::with_capacity(size, text), StrayQuotes::Refuse, SMALL);
    let whole = of(10_000);
    [1, 2, 3, 7, 100].iter().for_each(|size| assert_eq!(of(*size), whole, "{size} bytes at once"));
    whole
}

fn good(text: impl AsRef<[u8]>) -> Vec<String> {
    read(text).into_iter().map(|(_, record)| record).collect()
}

#[test]
fn records_are_the_same_however_they_arrive() {
    let want = [(1, "a|b"), (2, "1|x, \"y\"\nz"), (5, "2|"), (6, "3|last")];
    let got = read("a,b\r\n1,\"x, \"\"y\"\"\nz\"\n\n2,\n3,last");
    assert!(got.iter().map(|(line, text)| (*line, text.as_str())).eq(want), "{got:?}");
    assert!(read("").is_empty() && read("\u{feff}").is_empty() && read("\n\r\n\n").is_empty());
}

#[test]
fn only_a_line_without_a_byte_is_no_row() {
    let text = "\u{feff}\"text\"\n\"good film\"\n\"\"\n\"bad film\"\n\n \n\"\"\n\"fine\"\n\"\"";
    assert_eq!(good(text), ["text", "good film", "", "bad film", " ", "", "fine", ""]);
    assert_eq!(good("a,b,c\n,,\n\r\n,,"), ["a|b|c", "||", "||"]);
    assert_eq!(good("\"\",\n1,2\n"), ["|", "1|2"]);
}

#[test]
fn a_carriage_return_ends_lines_if_it_ends_the_first() {
    let got = read("text,id\rA \"good\" film.,1\r\r\"A bad\rfilm.\",2\r\"open\r3,4");
    let lines: Vec<(u64, &str)> = got.iter().map(|(line, text)| (*line, text.as_str())).collect();
    assert_eq!(lines[0], (1, "text|id"));
    assert!(lines[1].1.starts_with("! is wrongly quoted: a quote stands within"));
    assert_eq!(lines[2], (4, "A bad\rfilm.|2"));
    assert_eq!((lines[3].0, lines[4]), (6, (7, "3|4")));
    assert_eq!(good("text\r1\r\n2\n3\r\r\n"), ["text", "1", "2", "3"]);
    assert_eq!(good("text\na\rb\nc\r\n"), ["text", "a\rb", "c"], "otherwise it is part of the text");
}

#[test]
fn the_mark_is_taken_off_before_records_are_cut() {
    assert_eq!(good("\u{feff}\"text\",\"id\"\r\n\"A good film.\",\"1\"\r\n"), ["text|id", "A good film.|1"]);
    let error = Records::new(&b"\xff\xfei\0d\0"[..], StrayQuotes::Refuse, SMALL).unwrap_err();
    assert_eq!(error.to_string(), "it is in UTF-16; save it as UTF-8");
}

#[test]
fn semicolons_and_tabs_separate_where_the_first_line_has_more_of_them() {
    assert_eq!(good("id;text\n1;\"good, really; yes\"\n2;a, b\n"), ["id|text", "1|good, really; yes", "2|a, b"]);
    assert_eq!(good("id\tn\ttext, or none\n1\t2\tgood;\n"), ["id|n|text, or none", "1|2|good;"]);
}

#[test]
fn a_first_line_may_name_the_separator() {
    assert_eq!(good("sep=;\r\nid;text\r\n1;a, b\r\n"), ["id|text", "1|a, b"]);
    assert_eq!(good("\u{feff}\nSEP=|\nid|text\n1|a;b,c\n"), ["id|text", "1|a;b,c"]);
    assert_eq!(read("sep=\t\rid\ttext\r")[0], (2, "id|text".to_owned()));
    for table in ["sep=x\na,b\n", "sep=\na,b\n", "sep=;;\n", "sep=;"] {
        assert!(good(table)[0].starts_with("sep="), "{table:?}");
    }
}

#[test]
fn a_wrong_quote_spoils_its_own_line_only() {
    let got = read(
        "id,text\n1,\"never closed\n2,fine\n3,\"closed\" not\n4,a \"b\" c\n5,\"fine, too\"\n6,\"open at the end\n",
    );
    let bad: Vec<(u64, bool)> = got.iter().map(|(line, text)| (*line, text.starts_with('!'))).collect();
    assert_eq!(bad, [(1, false), (2, true), (3, false), (4, true), (5, true), (6, false), (7, true)], "{got:?}");
    assert_eq!(got[3].1, "! is wrongly quoted: something follows a closing quote");
    assert_eq!(got[6].1, "! is wrongly quoted: a quote is opened and not closed");
}

#[test]
fn a_stray_quote_may_be_kept_but_no_other_mistake_is() {
    let text = "id,text\n1,5'10\" tall\n2,\"a\"b\n3, \"b\"\n4,\"open\n";
    let got = all(text.as_bytes(), StrayQuotes::Keep, SMALL);
    assert_eq!((got[1].1.as_str(), got[3].1.as_str()), ("1|5'10\" tall", "3| \"b\""));
    assert!(got[2].1.contains("something follows") && got[4].1.contains("not closed"), "{got:?}");
    assert!(read(text)[1].1.contains("a quote stands within"));
}

#[test]
fn every_record_is_as_wide_as_the_first() {
    let got = good("text\ngood, really\nfine\n1,2,3,4,5,6\nfine\n");
    let bad = ["! has 2 fields, the first line has 1", "! has more than 5 fields, which is the limit"];
    assert_eq!(got, ["text", bad[0], "fine", bad[1], "fine"]);
    assert_eq!(good("a,b\nx\n")[1], "! has 1 field, the first line has 2");
}

#[test]
fn bytes_that_are_no_text_are_told_where_they_are_asked_for() {
    let got = read(b"id,text\n1,caf\xe9\n2,\"\"\"caf\xe9\"\n\xff,fine\n");
    assert_eq!(got[1], (2, "! is not UTF-8: the byte at 3 of its text begins no character".to_owned()));
    assert_eq!(got[2], (3, "! is not UTF-8: the byte at 4 of its text begins no character".to_owned()));
    let mut records = Records::new(&b"\xff,fine\n"[..], StrayQuotes::Refuse, SMALL).unwrap();
    let fields = records.next_record().unwrap().unwrap().content.unwrap();
    assert_eq!(fields.text(1).unwrap(), "fine");
    assert!(fields.text(0).is_err());
}

#[test]
fn limits_are_kept_whatever_the_input_holds() {
    let long = "x".repeat(1000);
    assert_eq!(good(format!("1\n{long}\n{long}y\r\nfine\n")).len(), 4);
    for opened in ["", "\""] {
        // A line of 20 MB.
        let endless = std::io::repeat(b'x').take(20_000_000);
        let text = format!("1,2\na,{opened}").into_bytes();
        let input = BufReader::new(Cursor::new(text).chain(endless).chain(&b"\n3,fine\n"[..]));
        let mut records = Records::new(input, StrayQuotes::Refuse, SMALL).unwrap();
        assert!(records.next_record().unwrap().unwrap().content.is_ok());
        let bad = records.next_record().unwrap().unwrap().content.unwrap_err();
        assert_eq!(bad, BadRow::TooLong { limit: 1000 });
        let Record { line, content, .. } = records.next_record().unwrap().unwrap();
        assert_eq!((line, content.unwrap().text(1).unwrap()), (3, "fine".into()));
        assert!(records.held.capacity() < 3 * CHUNK, "{} bytes are held", records.held.capacity());
        assert!(records.spans.capacity() < 20);
    }
    let wide = ",".repeat(5_000_000);
    let mut records = Records::new(wide.as_bytes(), StrayQuotes::Refuse, Limits::default()).unwrap();
    let bad = records.next_record().unwrap().unwrap().content.unwrap_err();
    assert_eq!(bad, BadRow::TooManyFields { limit: 10_000 });
}

#[test]
fn a_quoted_record_that_is_too_long_is_one_row() {
    let too_long = "! is too long: the limit is 1,000 bytes";
    for (lines, end) in [(125, "\n"), (126, "\n"), (126, "\r\n"), (800, "\n")] {
        // Lines of eight bytes, but for the first one and for the quotes: 1,000 bytes are just not too long.
        let text = &"1234567\n".repeat(lines)[2..];
        let got = read(format!("text{end}\"{text}\"{end}fine{end}"));
        let row = if lines == 125 { text } else { too_long };
        let fine = (lines as u64 + 3, "fine".to_owned());
        assert_eq!(got[1..], [(2, row.to_owned()), fine], "{lines} {end:?}");
    }
    // A long field without quotes after a quoted one with a line end in it.
    let got = read(format!("a,b\n\"1\n2\",{}\r\n3,4\n", "x".repeat(20_000)));
    assert_eq!(got[1..], [(2, too_long.to_owned()), (4, "3|4".to_owned())]);
    // A quote that is closed nowhere near was not meant.
    let text = "1234567\n".repeat(3000);
    let got = read(format!("text\n\"{text}end\"\n"));
    assert_eq!(got[1].1, "! is wrongly quoted: a quote is opened and not closed");
    assert_eq!((got.len(), got[2].1.as_str()), (3002, "1234567"));
}

#[test]
fn records_that_fail_late_again_and_again_take_no_more_than_a_few_times_the_file() {
    // From every line's start a quote is open at its end, and the record goes on until it has too many fields.
    let line = format!("{0}\",{0},\"{0}\n", "x".repeat(300));
    let mut records = Records::new(BufReader::new(Cursor::new(line.repeat(10_000))), StrayQuotes::Keep, {
        Limits { fields: 5_000, ..Limits::default() }
    })
    .unwrap();
    let mut rows = 0;
    while records.next_record().unwrap().is_some() {
        rows += 1;
    }
    assert_eq!(rows, 10_000);
    let file = records.position();
    assert!(records.vain > SPARE && records.vain < SPARE + 3 * file, "{} for {file} bytes", records.vain);
}

#[test]
fn a_record_is_found_again_where_it_began() {
    let text = "\u{feff}id;text\n1;\"a \"\"b\"\"\n;\"\n\n2;c\n";
    let mut records = Records::new(Cursor::new(text), StrayQuotes::Refuse, SMALL).unwrap();
    let mut starts = Vec::new();
    while let Some(record) = records.next_record().unwrap() {
        starts.push(record.start);
    }
    assert_eq!(records.position(), text.len() as u64);
    let texts: Vec<String> = starts.iter().map(|at| records.again(*at).unwrap().text(1).unwrap().into()).collect();
    assert_eq!(texts, ["text", "a \"b\"\n;", "c"]);
    assert!(records.again(text.len() as u64 + 1).is_none());
}
