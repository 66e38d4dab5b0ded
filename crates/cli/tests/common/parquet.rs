//! Parquet files byte by byte, so that they can say what no writer says.

/// A number of as many bytes as it needs.
pub(crate) fn unsigned(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

pub(crate) fn int(number: i64) -> Vec<u8> {
    unsigned(((number << 1) ^ (number >> 63)).cast_unsigned())
}

pub(crate) fn binary(bytes: &[u8]) -> Vec<u8> {
    [unsigned(bytes.len() as u64), bytes.to_vec()].concat()
}

pub(crate) const INT32: u8 = 5;
pub(crate) const INT64: u8 = 6;
pub(crate) const BINARY: u8 = 8;
pub(crate) const LIST: u8 = 9;
pub(crate) const STRUCT: u8 = 12;

/// A structure of fields in the order of their numbers.
pub(crate) fn structure(fields: &[(u8, u8, Vec<u8>)]) -> Vec<u8> {
    let (mut bytes, mut last) = (Vec::new(), 0);
    for (id, kind, value) in fields {
        bytes.push((id - last) << 4 | kind);
        bytes.extend(value);
        last = *id;
    }
    bytes.push(0);
    bytes
}

/// A list that claims so many elements, and has these.
pub(crate) fn list(kind: u8, claimed: usize, items: &[Vec<u8>]) -> Vec<u8> {
    [vec![0xf0 | kind], unsigned(claimed as u64), items.concat()].concat()
}

/// A page of texts, which follow each other with their lengths.
pub(crate) fn plain(texts: &[&[u8]]) -> Vec<u8> {
    texts.iter().flat_map(|text| [&(text.len() as u32).to_le_bytes(), *text].concat()).collect()
}

/// A data page: what its header claims, and its bytes.
#[derive(Clone)]
pub(crate) struct Page {
    pub(crate) dictionary: bool,
    pub(crate) values: i64,
    pub(crate) encoding: i64,
    pub(crate) unpacked: i64,
    pub(crate) body: Vec<u8>,
}

impl Page {
    /// As a writer has it.
    pub(crate) fn honest(texts: &[&[u8]]) -> Self {
        let body = plain(texts);
        Self { dictionary: false, values: texts.len() as i64, encoding: 0, unpacked: body.len() as i64, body }
    }

    fn bytes(&self) -> Vec<u8> {
        let kind = if self.dictionary { 2 } else { 0 };
        let about = [(1, INT32, int(self.values)), (2, INT32, int(self.encoding))];
        let levels = [(3, INT32, int(3)), (4, INT32, int(3))];
        let own = match self.dictionary {
            true => (7, STRUCT, structure(&about)),
            false => (5, STRUCT, structure(&[&about[..], &levels].concat())),
        };
        let sizes = [(2, INT32, int(self.unpacked)), (3, INT32, int(self.body.len() as i64))];
        [structure(&[&[(1, INT32, int(kind))], &sizes[..], &[own]].concat()), self.body.clone()].concat()
    }
}

/// A file of one column `text` in one row group.
#[derive(Clone)]
pub(crate) struct File {
    pub(crate) pages: Vec<Page>,
    /// 0: none, 1: snappy, 2: gzip, 4: brotli, 5: LZ4.
    pub(crate) codec: i64,
    /// Rows that the footer claims, and the row group.
    pub(crate) rows: (i64, i64),
    pub(crate) offset: i64,
    /// The schema, which is one required column otherwise.
    pub(crate) schema: Option<Vec<u8>>,
    /// Row groups that the footer claims.
    pub(crate) groups: usize,
    /// Row groups that it has, all of the same bytes.
    pub(crate) copies: usize,
}

impl File {
    pub(crate) fn of(pages: Vec<Page>) -> Self {
        let rows = pages.iter().filter(|page| !page.dictionary).map(|page| page.values).sum();
        Self { pages, codec: 0, rows: (rows, rows), offset: 4, schema: None, groups: 1, copies: 1 }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let pages: Vec<u8> = self.pages.iter().flat_map(Page::bytes).collect();
        let root = structure(&[(4, BINARY, binary(b"m")), (5, INT32, int(1))]);
        let text = structure(&[(1, INT32, int(6)), (3, INT32, int(0)), (4, BINARY, binary(b"text"))]);
        let schema = self.schema.clone().unwrap_or_else(|| list(STRUCT, 2, &[root, text]));
        let size = int(pages.len() as i64);
        let about = structure(&[
            (1, INT32, int(6)),
            (2, LIST, list(INT32, 1, &[int(0)])),
            (3, LIST, list(BINARY, 1, &[binary(b"text")])),
            (4, INT32, int(self.codec)),
            (5, INT64, int(self.rows.1)),
            (6, INT64, size.clone()),
            (7, INT64, size.clone()),
            (9, INT64, int(self.offset)),
        ]);
        let chunk = structure(&[(2, INT64, int(4)), (3, STRUCT, about)]);
        let group = structure(&[(1, LIST, list(STRUCT, 1, &[chunk])), (2, INT64, size), (3, INT64, int(self.rows.1))]);
        let footer = structure(&[
            (1, INT32, int(1)),
            (2, LIST, schema),
            (3, INT64, int(self.rows.0)),
            (4, LIST, list(STRUCT, self.groups, &vec![group; self.copies])),
        ]);
        let length = (footer.len() as u32).to_le_bytes();
        [b"PAR1", &pages[..], &footer, &length, b"PAR1"].concat()
    }
}
