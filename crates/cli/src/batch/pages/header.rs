//! What a Parquet file claims of itself: its schema and its pages, looked at before the library makes room for them.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use anyhow::{Context, Result, bail};
use parquet::data_type::ByteArray;
use parquet::file::metadata::ColumnChunkMetaData;

use super::thrift::{Thrift, kind};
use crate::batch::limits::{MAX_FOOTER, MAX_NESTING, MAX_PAGE};

/// The footer's length and mark, at the end of the file.
const TAIL: u64 = 8;
/// The fewest bytes that describe a row group.
const MIN_GROUP: u64 = 16;
/// How a page's kind is numbered.
const INDEX: i32 = 1;
const DICTIONARY: i32 = 2;

/// What the header of a page says.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    kind: i32,
    /// Where its bytes begin.
    pub(super) start: u64,
    /// How many there are.
    pub(super) packed: usize,
    /// How many they come to.
    pub(super) unpacked: usize,
    /// Texts, or rows with and without a text.
    values: u64,
    /// Bytes at its beginning that are not packed.
    pub(super) levels: usize,
    /// Whether the others are.
    pub(super) is_packed: bool,
}

impl Page {
    /// Whether the library hands it out.
    pub(super) fn is_read(&self) -> bool {
        self.kind != INDEX
    }

    /// How many rows are in it.
    pub(super) fn rows(&self) -> u64 {
        if matches!(self.kind, INDEX | DICTIONARY) { 0 } else { self.values }
    }

    fn read(thrift: &mut Thrift<impl Read>) -> Result<Self> {
        let mut page = Self { is_packed: true, ..Self::default() };
        let (mut packed, mut unpacked, mut values, mut levels) = (-1, -1, 0, 0i32);
        thrift.fields(|thrift, id, found| {
            // The library reads what it knows by its number, whatever its kind.
            Thrift::<&[u8]>::expect(found, if id > 4 { &[kind::STRUCT] } else { &[kind::INT32] })?;
            match id {
                1 => page.kind = thrift.int32()?,
                2 => unpacked = thrift.int32()?,
                3 => packed = thrift.int32()?,
                5 | 7 | 8 => thrift.fields(|thrift, field, found| match (id, field) {
                    (5, 5..) | (7, 4..) | (8, 8..) => thrift.skip(found),
                    (7, 3) | (8, 7) => {
                        Thrift::<&[u8]>::expect(found, &kind::BOOLS)?;
                        page.is_packed &= id == 7 || found == kind::BOOLS[0];
                        Ok(())
                    }
                    _ => {
                        Thrift::<&[u8]>::expect(found, &[kind::INT32])?;
                        let number = thrift.int32()?;
                        match (id, field) {
                            (_, 1) => values = number,
                            (8, 5 | 6) => levels = levels.saturating_add(number),
                            _ => {}
                        }
                        Ok(())
                    }
                })?,
                _ => thrift.skip(found)?,
            }
            Ok(())
        })?;
        page.packed = usize::try_from(packed)?;
        page.unpacked = usize::try_from(unpacked)?;
        page.values = u64::try_from(values)?;
        page.levels = usize::try_from(levels)?;
        Ok(page)
    }

    /// Refuses what would take more memory than a page may.
    fn check(&self) -> Result<()> {
        let claimed = self.packed.max(self.unpacked);
        if claimed > MAX_PAGE {
            bail!(
                "it claims {claimed} bytes, and at most {} MiB of a page are read; write the file again with smaller pages",
                MAX_PAGE >> 20
            );
        }
        if self.kind == DICTIONARY {
            // A text has its length in four bytes.
            let room = self.unpacked as u64 / 4;
            if self.values > room {
                bail!("its dictionary claims {} texts, and has room for {room}", self.values);
            }
            if self.values * size_of::<ByteArray>() as u64 + self.unpacked as u64 > MAX_PAGE as u64 {
                bail!("its dictionary of {} texts takes more than {} MiB", self.values, MAX_PAGE >> 20);
            }
        }
        Ok(())
    }
}

/// The headers of a column's pages in a row group.
///
/// # Errors
/// A place outside of the file, a header that is none, and a page that is too large.
pub(super) fn pages(file: &File, chunk: &ColumnChunkMetaData) -> Result<Vec<Page>> {
    let (start, length) = chunk.byte_range();
    let (end, size) = (start.checked_add(length), file.metadata()?.len());
    if end.is_none_or(|end| end > size) {
        bail!("it claims {length} bytes from byte {start} on, and the file has {size}");
    }
    let mut input = BufReader::new(file.try_clone()?);
    input.seek(SeekFrom::Start(start))?;
    let (mut pages, mut at) = (Vec::new(), start);
    while at < start + length {
        let mut one = || -> Result<Page> {
            let mut thrift = Thrift::new(&mut input, start + length - at);
            let mut page = Page::read(&mut thrift)?;
            page.start = at + thrift.read();
            let left = start + length - page.start;
            if page.packed as u64 > left {
                bail!("it claims {} bytes where {left} are left", page.packed);
            }
            page.check()?;
            input.seek_relative(i64::try_from(page.packed)?)?;
            Ok(page)
        };
        let page = one().with_context(|| format!("the page at byte {at}"))?;
        at = page.start + page.packed as u64;
        pages.push(page);
    }
    Ok(pages)
}

/// Looks through the footer: how long it is, how deep the schema, and whether lists are as long as they claim.
///
/// # Errors
/// What the library would make too much room for. A file that is not Parquet at all is left to the library.
pub(super) fn check_footer(file: &File) -> Result<()> {
    let size = file.metadata()?.len();
    let mut input = file.try_clone()?;
    let mut tail = [0; TAIL as usize];
    if size < 2 * TAIL {
        return Ok(());
    }
    input.seek(SeekFrom::Start(size - TAIL))?;
    input.read_exact(&mut tail)?;
    let ([a, b, c, d, ..], length) = (tail, size - TAIL);
    let claimed = u64::from(u32::from_le_bytes([a, b, c, d]));
    if tail[4..] != *b"PAR1" || claimed > length {
        return Ok(());
    }
    if claimed > MAX_FOOTER {
        bail!("its footer claims {claimed} bytes; at most {} MiB are read", MAX_FOOTER >> 20);
    }
    input.seek(SeekFrom::Start(length - claimed))?;
    let mut thrift = Thrift::new(BufReader::new(input), claimed);
    let mut schemas = 0;
    let walked = thrift.fields(|thrift, id, found| match id {
        2 => {
            schemas += 1;
            Thrift::<&[u8]>::expect(found, &[kind::LIST])?;
            check_schema(thrift)
        }
        4 if found == kind::LIST => {
            let (element, groups) = thrift.list()?;
            Thrift::<&[u8]>::expect(element, &[kind::STRUCT])?;
            if groups.saturating_mul(MIN_GROUP) > claimed {
                bail!("it claims {groups} row groups, and has {claimed} bytes");
            }
            (0..groups).try_for_each(|_| thrift.skip(element))
        }
        _ => thrift.skip(found),
    });
    walked.context("its footer does not read")?;
    if schemas != 1 {
        bail!("its footer has {schemas} schemas, expected one");
    }
    Ok(())
}

/// A schema is a tree, each node with the number of its children; the library walks it on the stack.
fn check_schema(thrift: &mut Thrift<impl Read>) -> Result<()> {
    let (element, count) = thrift.list()?;
    Thrift::<&[u8]>::expect(element, &[kind::STRUCT])?;
    // How many children of each open node are still to come.
    let mut open: Vec<i32> = Vec::new();
    for _ in 0..count {
        let mut children = 0;
        thrift.fields(|thrift, id, found| match id {
            5 => {
                Thrift::<&[u8]>::expect(found, &[kind::INT32])?;
                children = thrift.int32()?;
                Ok(())
            }
            1..=10 => {
                let expected = [(4, kind::BINARY), (10, kind::STRUCT)].into_iter().find(|(field, _)| *field == id);
                Thrift::<&[u8]>::expect(found, &[expected.map_or(kind::INT32, |(_, kind)| kind)])?;
                thrift.skip(found)
            }
            _ => thrift.skip(found),
        })?;
        if i64::from(children) >= count.cast_signed() {
            bail!("a column claims {children} parts, and the schema has {count} in all");
        }
        while open.last() == Some(&0) {
            open.pop();
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        if children > 0 {
            open.push(children);
        }
        if open.len() > MAX_NESTING {
            bail!("its columns are nested more than {MAX_NESTING} deep");
        }
    }
    Ok(())
}
