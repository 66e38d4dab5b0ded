//! Thrift's compact protocol, as far as it takes to check what a Parquet file claims before the library makes room for it:
//! sizes and counts, and where a structure ends. Only what headers of Parquet files consist of is read.

use std::io::Read;

use anyhow::{Result, bail};

/// Kinds of fields and elements.
pub(super) mod kind {
    pub(in super::super) const BOOLS: [u8; 2] = [1, 2];
    pub(in super::super) const INT32: u8 = 5;
    pub(in super::super) const BINARY: u8 = 8;
    pub(in super::super) const LIST: u8 = 9;
    pub(in super::super) const STRUCT: u8 = 12;
}

/// Structures in structures: Parquet's own are five deep.
const MAX_DEPTH: usize = 32;

/// What is read, and how much of it may be.
pub(super) struct Thrift<R> {
    input: R,
    /// Bytes that may still be read.
    left: u64,
    read: u64,
    depth: usize,
}

impl<R: Read> Thrift<R> {
    pub(super) fn new(input: R, left: u64) -> Self {
        Self { input, left, read: 0, depth: 0 }
    }

    /// How many bytes were read.
    pub(super) fn read(&self) -> u64 {
        self.read
    }

    fn byte(&mut self) -> Result<u8> {
        let mut byte = [0];
        self.take(1)?;
        self.input.read_exact(&mut byte)?;
        Ok(byte[0])
    }

    fn take(&mut self, bytes: u64) -> Result<()> {
        match self.left.checked_sub(bytes) {
            Some(left) => self.left = left,
            None => bail!("{bytes} bytes are claimed where {} are left", self.left),
        }
        self.read += bytes;
        Ok(())
    }

    fn pass(&mut self, bytes: u64) -> Result<()> {
        self.take(bytes)?;
        let passed = std::io::copy(&mut self.input.by_ref().take(bytes), &mut std::io::sink())?;
        if passed != bytes {
            bail!("{bytes} bytes are claimed where {passed} are left");
        }
        Ok(())
    }

    fn unsigned(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        bail!("a number has more than ten bytes")
    }

    /// A number, which has to fit 32 bits.
    pub(super) fn int32(&mut self) -> Result<i32> {
        let number = self.unsigned()?;
        Ok(i32::try_from((number >> 1).cast_signed() ^ -(number & 1).cast_signed())?)
    }

    /// Each field of a structure, by its number and its kind; `each` reads it or passes over it.
    pub(super) fn fields(&mut self, mut each: impl FnMut(&mut Self, i16, u8) -> Result<()>) -> Result<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            bail!("structures are more than {MAX_DEPTH} deep");
        }
        let mut last = 0i16;
        loop {
            let head = self.byte()?;
            if head & 0xf == 0 {
                self.depth -= 1;
                return Ok(());
            }
            last = match head >> 4 {
                0 => i16::try_from(self.int32()?)?,
                step => last.checked_add(i16::from(step)).ok_or_else(|| anyhow::anyhow!("a field has no number"))?,
            };
            each(self, last, head & 0xf)?;
        }
    }

    /// The kind of a list's elements and their number, which is no more than the bytes that are left.
    pub(super) fn list(&mut self) -> Result<(u8, u64)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.unsigned()?,
            count => u64::from(count),
        };
        if count > self.left {
            bail!("a list claims {count} elements where {} bytes are left", self.left);
        }
        Ok((head & 0xf, count))
    }

    /// Passes over a value.
    pub(super) fn skip(&mut self, kind: u8) -> Result<()> {
        match kind {
            // The value of a field is in its kind.
            1 | 2 => Ok(()),
            3 => self.pass(1),
            4..=6 => self.unsigned().map(|_| ()),
            7 => self.pass(8),
            kind::BINARY => {
                let length = self.unsigned()?;
                self.pass(length)
            }
            kind::LIST => {
                let (element, count) = self.list()?;
                // An element without a byte of its own: any number of them could be claimed.
                if kind::BOOLS.contains(&element) {
                    bail!("a list of booleans, which no header has");
                }
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    bail!("lists are more than {MAX_DEPTH} deep");
                }
                (0..count).try_for_each(|_| self.skip(element))?;
                self.depth -= 1;
                Ok(())
            }
            kind::STRUCT => self.fields(|thrift, _, kind| thrift.skip(kind)),
            kind => bail!("a field of kind {kind}, which no header has"),
        }
    }

    /// Refuses another kind than this one.
    pub(super) fn expect(found: u8, expected: &[u8]) -> Result<()> {
        match expected.contains(&found) {
            true => Ok(()),
            false => bail!("a field of kind {found}, expected {expected:?}"),
        }
    }
}
