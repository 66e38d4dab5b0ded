//! Pages that hold no more than their headers said.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::vec::IntoIter;

use flate2::read::MultiGzDecoder;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};

use super::header;
use crate::batch::limits::MAX_PAGE;

/// How frames of LZ4 begin after their first byte: today's, those of old and what may be passed over.
const LZ4_FRAMES: [[u8; 3]; 3] = [[0x22, 0x4d, 0x18], [0x21, 0x4c, 0x18], [0x2a, 0x4d, 0x18]];

/// The library's pages, each looked at before and after it is unpacked.
pub(super) struct Checked {
    inner: Box<dyn PageReader>,
    headers: IntoIter<header::Page>,
    file: File,
    compression: Compression,
    /// Bits of a level that says whether a row has a text; 0 if all have.
    level_bits: usize,
}

impl Checked {
    pub(super) fn new(
        inner: Box<dyn PageReader>,
        headers: Vec<header::Page>,
        file: File,
        compression: Compression,
        max_level: i16,
    ) -> Self {
        let level_bits = (i16::BITS - max_level.leading_zeros()) as usize;
        Self { inner, headers: headers.into_iter(), file, compression, level_bits }
    }

    /// Gzip and frames of LZ4 unpack to whatever they hold, not to what the header says.
    fn check_packed(&mut self, header: &header::Page) -> Result<()> {
        if !header.is_packed || !matches!(self.compression, Compression::GZIP(_) | Compression::LZ4) {
            return Ok(());
        }
        let start = header.start + header.levels as u64;
        let packed = header.packed.saturating_sub(header.levels) as u64;
        self.file.seek(SeekFrom::Start(start))?;
        let mut body = (&self.file).take(packed);
        if self.compression == Compression::LZ4 {
            let mut first = [0; 4];
            if body.read(&mut first)? == first.len() && LZ4_FRAMES.iter().any(|frame| first[1..] == *frame) {
                return refuse("it is packed in frames of LZ4, which are not read; write the file again with zstd");
            }
            return Ok(());
        }
        let most = header.unpacked.saturating_sub(header.levels) as u64;
        let unpacked = std::io::copy(&mut MultiGzDecoder::new(body).take(most + 1), &mut std::io::sink())?;
        if unpacked > most {
            return refuse(&format!("the page at byte {} holds more than the {most} bytes it claims", header.start));
        }
        Ok(())
    }

    /// Deltas say how many there are, and room for all is made at once.
    fn check_page(&self, page: &Page) -> Result<()> {
        let (buffer, encoding, values) = (page.buffer(), page.encoding(), page.num_values());
        let lists = match encoding {
            Encoding::DELTA_LENGTH_BYTE_ARRAY => 1,
            Encoding::DELTA_BYTE_ARRAY => 2,
            _ => return Ok(()),
        };
        let mut at = match page {
            Page::DictionaryPage { .. } => return Ok(()),
            Page::DataPage { .. } if self.level_bits == 0 => 0,
            Page::DataPage { def_level_encoding: Encoding::RLE, .. } => match buffer.first_chunk() {
                Some(length) => 4 + u32::from_le_bytes(*length) as usize,
                None => return refuse("a page ends in its levels"),
            },
            Page::DataPage { .. } => (values as usize * self.level_bits).div_ceil(8),
            Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, .. } => {
                *def_levels_byte_len as usize + *rep_levels_byte_len as usize
            }
        };
        let mut room = buffer.len() as u64;
        for _ in 0..lists {
            let Some((count, length)) = buffer.get(at..).and_then(deltas) else {
                return refuse("a page ends in its lengths");
            };
            if count > u64::from(values) {
                return refuse(&format!("a page claims {count} lengths of {values} texts"));
            }
            room += 4 * count;
            at += length;
        }
        if room > MAX_PAGE as u64 {
            return refuse(&format!(
                "the lengths of the {values} texts of a page take more than {} MiB",
                MAX_PAGE >> 20
            ));
        }
        Ok(())
    }
}

fn refuse<T>(reason: &str) -> Result<T> {
    Err(ParquetError::General(reason.to_owned()))
}

/// How many numbers a list of deltas claims, and where it ends.
fn deltas(data: &[u8]) -> Option<(u64, usize)> {
    let mut at = 0;
    let (block, parts, count) = (number(data, &mut at)?, number(data, &mut at)?, number(data, &mut at)?);
    number(data, &mut at)?;
    let each = block.checked_div(parts)?;
    let mut left = count.saturating_sub(1);
    while left > 0 && each > 0 {
        number(data, &mut at)?;
        let widths = data.get(at..at.checked_add(usize::try_from(parts).ok()?)?)?;
        at += widths.len();
        for width in widths {
            if left == 0 {
                break;
            }
            let bytes = u64::from(*width).checked_mul(each)? / 8;
            at = at.checked_add(usize::try_from(bytes).ok()?)?;
            left = left.saturating_sub(each);
        }
    }
    Some((count, at))
}

/// A number of as many bytes as it needs.
fn number(data: &[u8], at: &mut usize) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = *data.get(*at)?;
        *at += 1;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

impl Iterator for Checked {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Checked {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        if let Some(header) = self.headers.find(header::Page::is_read) {
            self.check_packed(&header)?;
        }
        let page = self.inner.get_next_page()?;
        if let Some(page) = &page {
            self.check_page(page)?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.inner.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.headers.find(header::Page::is_read);
        self.inner.skip_next_page()
    }
}
