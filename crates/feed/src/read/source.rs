//! Bytes to UTF-8, counted, hashed and bounded.
//!
//! quick-xml's own decoding reader does not follow the XML declaration, and nothing in quick-xml
//! bounds one event: a text of a gigabyte would be gathered whole. Both are done here, under the
//! parser (aaf §1, T-71).

use aws_lc_rs::digest::{Context, SHA256};
use encoding_rs::{Encoding, ISO_8859_15, UTF_8, WINDOWS_1252};
use std::io::{self, BufRead, Read};

const CHUNK: usize = 64 * 1024;
/// The declaration and the root lie well within.
const SNIFF: usize = 512;
/// The longest event (tag, text, comment) that is gathered. The longest legitimate one is below 4 KiB.
const LONGEST_EVENT: usize = 2 * CHUNK;

/// What stopped the source, when it was not the reader below.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceFault {
    /// One event passed [`LONGEST_EVENT`].
    Oversize,
    /// The declaration names an encoding that no feed uses.
    Encoding,
}

#[derive(Clone, Copy, Debug)]
enum Coding {
    Unknown,
    Utf8,
    Single(&'static Encoding),
    /// Announced, and not yet proven by a letter beyond ASCII.
    Announced(&'static Encoding),
}

/// A byte source read as UTF-8 text.
pub(crate) struct Source<R> {
    inner: R,
    raw: Box<[u8]>,
    /// Bytes at the start of `raw` that await the rest of their character.
    carried: usize,
    text: Vec<u8>,
    at: usize,
    coding: Coding,
    multibyte: bool,
    mended: u64,
    hash: Context,
    bytes: u64,
    line: u64,
    spent: usize,
    ended: bool,
    fault: Option<SourceFault>,
}

impl<R: Read> Source<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            raw: vec![0; CHUNK].into_boxed_slice(),
            carried: 0,
            text: Vec::with_capacity(CHUNK),
            at: 0,
            coding: Coding::Unknown,
            multibyte: false,
            mended: 0,
            hash: Context::new(&SHA256),
            bytes: 0,
            line: 1,
            spent: 0,
            ended: false,
            fault: None,
        }
    }

    /// Line of the next unread character, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Bytes taken from the source.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Whether the source has nothing more.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended && self.at >= self.text.len()
    }

    /// How many times bytes were not what the encoding promised, and were read otherwise.
    pub(crate) fn mended(&self) -> u64 {
        self.mended
    }

    pub(crate) fn fault(&self) -> Option<SourceFault> {
        self.fault
    }

    /// A new event begins: its budget is whole again.
    pub(crate) fn begin_event(&mut self) {
        self.spent = 0;
    }

    /// SHA-256 of what was read, lower-case hexadecimal.
    pub(crate) fn digest(&self) -> String {
        let digest = self.hash.clone().finish();
        digest.as_ref().iter().fold(String::new(), |mut out, byte| {
            for nibble in [byte >> 4, byte & 15] {
                out.extend(char::from_digit(u32::from(nibble), 16));
            }
            out
        })
    }

    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.at = 0;
        let mut filled = core::mem::take(&mut self.carried);
        let wanted = match self.coding {
            Coding::Unknown => SNIFF,
            Coding::Utf8 | Coding::Single(_) | Coding::Announced(_) => filled + 1,
        };
        while filled < wanted && !self.ended {
            let room = self.raw.get_mut(filled..).unwrap_or_default();
            match self.inner.read(room) {
                Ok(0) => self.ended = true,
                Ok(more) => {
                    self.hash.update(room.get(..more).unwrap_or_default());
                    self.bytes += u64::try_from(more).unwrap_or(0);
                    filled += more;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let mut start = 0;
        if matches!(self.coding, Coding::Unknown) {
            let head = self.raw.get(..filled).unwrap_or_default();
            let Some((coding, skipped)) = sniff(head) else {
                self.fault = Some(SourceFault::Encoding);
                return Err(io::Error::from(io::ErrorKind::InvalidData));
            };
            self.coding = coding;
            start = skipped;
        }
        let left = self.decode(start, filled);
        // At most three bytes: the beginning of one character.
        self.raw.copy_within(filled - left..filled, 0);
        self.carried = left;
        Ok(())
    }

    /// Decodes `raw[from..to]` into `text`; answers how many bytes at the end await more.
    fn decode(&mut self, from: usize, to: usize) -> usize {
        let mut rest = self.raw.get(from..to).unwrap_or_default();
        while !rest.is_empty() {
            if let Coding::Single(encoding) = self.coding {
                let (text, _) = encoding.decode_without_bom_handling(rest);
                self.text.extend_from_slice(text.as_bytes());
                return 0;
            }
            if let Coding::Announced(encoding) = self.coding {
                let Some(proven) = prove(rest, encoding) else {
                    if rest.is_ascii() {
                        self.text.extend_from_slice(rest);
                        return 0;
                    }
                    if !self.ended {
                        let ascii = rest.iter().take_while(|byte| byte.is_ascii()).count();
                        let (plain, left) = rest.split_at(ascii);
                        self.text.extend_from_slice(plain);
                        return left.len();
                    }
                    self.coding = Coding::Single(encoding);
                    continue;
                };
                self.mended += u64::from(matches!(proven, Coding::Utf8));
                self.coding = proven;
                continue;
            }
            let error = match core::str::from_utf8(rest) {
                Ok(text) => {
                    self.multibyte |= !text.is_ascii();
                    self.text.extend_from_slice(rest);
                    return 0;
                }
                Err(error) => error,
            };
            let (good, bad) = rest.split_at(error.valid_up_to());
            self.multibyte |= !good.is_ascii();
            self.text.extend_from_slice(good);
            if error.error_len().is_none() && !self.ended {
                return bad.len();
            }
            // A file whose first accent is no UTF-8 is a Latin file without a declaration. In a file
            // that is UTF-8 elsewhere, only the stray byte is read so.
            self.mended += 1;
            if !self.multibyte {
                self.coding = Coding::Single(WINDOWS_1252);
                rest = bad;
                continue;
            }
            let (stray, after) = bad.split_at(1);
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(stray);
            self.text.extend_from_slice(text.as_bytes());
            rest = after;
        }
        0
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = {
            let mut available = self.fill_buf()?;
            available.read(out)?
        };
        self.consume(count);
        Ok(count)
    }
}

impl<R: Read> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.spent > LONGEST_EVENT {
            self.fault = Some(SourceFault::Oversize);
            return Err(io::Error::from(io::ErrorKind::InvalidData));
        }
        while self.at >= self.text.len() && !(self.ended && self.carried == 0) {
            self.refill()?;
        }
        Ok(self.text.get(self.at..).unwrap_or_default())
    }

    #[expect(
        clippy::naive_bytecount,
        reason = "the compiler makes vectors of it; a crate for one line is not worth its place"
    )]
    fn consume(&mut self, count: usize) {
        let end = (self.at + count).min(self.text.len());
        let taken = self.text.get(self.at..end).unwrap_or_default();
        let ends = taken.iter().filter(|byte| **byte == b'\n').count();
        self.line += u64::try_from(ends).unwrap_or(0);
        self.spent += taken.len();
        self.at = end;
    }
}

/// What the first letter beyond ASCII says of a file that announces an encoding of single bytes. One that is
/// whole in UTF-8 comes from an editor or a script that left the declaration as it was: read as announced,
/// every accent would be two wrong letters. `None` while it cannot be told.
fn prove(bytes: &[u8], encoding: &'static Encoding) -> Option<Coding> {
    let first = bytes.iter().position(|byte| !byte.is_ascii())?;
    let letter = bytes.get(first..)?;
    match core::str::from_utf8(letter) {
        Ok(_) => Some(Coding::Utf8),
        Err(error) if error.valid_up_to() > 0 => Some(Coding::Utf8),
        Err(error) if error.error_len().is_some() => Some(Coding::Single(encoding)),
        Err(_) => None,
    }
}

/// Which encoding the first bytes announce, and how many of them are a byte order mark. `None` for an
/// encoding that no feed uses (UTF-16 included: refusing is safer than half reading).
fn sniff(head: &[u8]) -> Option<(Coding, usize)> {
    if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
        return Some((Coding::Utf8, 3));
    }
    if head.starts_with(&[0xFE, 0xFF]) || head.starts_with(&[0xFF, 0xFE]) {
        return None;
    }
    match declared(head) {
        None => Some((Coding::Utf8, 0)),
        Some(label) => {
            let encoding = Encoding::for_label(label)?;
            if encoding == UTF_8 {
                Some((Coding::Utf8, 0))
            } else if encoding == WINDOWS_1252 || encoding == ISO_8859_15 {
                // ISO-8859-1 is read as windows-1252, which holds all of it that is printed.
                Some((Coding::Announced(encoding), 0))
            } else {
                None
            }
        }
    }
}

fn declared(head: &[u8]) -> Option<&[u8]> {
    let declaration = head.strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|pair| pair == b"?>")?;
    let declaration = declaration.get(..end)?;
    let word = b"encoding";
    let at = declaration.windows(word.len()).position(|w| w == word)?;
    let after = declaration.get(at + word.len()..)?;
    let mut parts = after.splitn(3, |byte| matches!(byte, b'"' | b'\''));
    let equals = parts.next()?;
    if equals.trim_ascii() != b"=" {
        return None;
    }
    parts.next()
}
