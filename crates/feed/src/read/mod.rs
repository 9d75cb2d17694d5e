//! Reading one file of a feed, record by record, in bounded memory (aaf §1).
//!
//! Nothing is fetched and nothing a document declares is expanded. Lines are counted while reading.

mod entity;
mod fault;
mod grammar;
mod header;
mod raw;
mod source;
#[cfg(test)]
mod tests;

pub(crate) use fault::{Fault, fatal};
pub use header::Header;
pub use raw::{Flaw, Operation, RawRecord};

use crate::plan::Finding;
use grammar::Grammar;
pub(crate) use grammar::is_invisible;
use quick_xml::errors::Error;
use quick_xml::events::Event;
pub(crate) use source::{Source, SourceFault};
use std::io::Read;

/// What reading a file gave, apart from its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// Bytes read.
    pub bytes: u64,
    /// Requests read.
    pub records: u64,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
    /// Bytes that were not in the announced encoding and were read as windows-1252.
    pub mended: u64,
    /// Elements that the grammar does not know and that were skipped.
    pub foreign: u64,
}

/// A reader of the records of one file.
pub struct RecordReader<R: Read> {
    file: String,
    xml: quick_xml::Reader<Source<R>>,
    buffer: Vec<u8>,
    grammar: Grammar,
    records: u64,
}

impl<R: Read> core::fmt::Debug for RecordReader<R> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("RecordReader")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

impl<R: Read> RecordReader<R> {
    /// Reads `source`, which findings call `file`. Nothing is read yet.
    pub fn new(file: &str, source: R) -> Self {
        let mut xml = quick_xml::Reader::from_reader(Source::new(source));
        // `A & B` is told as it stands; refusing a file of 300,000 pupils for it would help nobody.
        xml.config_mut().allow_dangling_amp = true;
        Self {
            file: file.to_owned(),
            xml,
            buffer: Vec::new(),
            grammar: Grammar::default(),
            records: 0,
        }
    }

    /// The next record, or `None` once the file is closed and read to its end.
    ///
    /// # Errors
    /// The fatal finding that makes the file unusable; the reader is then spent.
    pub fn next_record(&mut self) -> Result<Option<&RawRecord>, Box<Finding>> {
        loop {
            let line = self.xml.get_ref().line();
            match self.step(line) {
                Ok(Step::More) => {}
                Ok(Step::Record) => {
                    self.records += 1;
                    return Ok(Some(&self.grammar.record));
                }
                Ok(Step::End) => return Ok(None),
                Err(fault) => {
                    let last = if fault == Fault::Truncated {
                        self.xml.get_ref().line()
                    } else {
                        line
                    };
                    return Err(fault.at(&self.file, last));
                }
            }
        }
    }

    /// The record that [`RecordReader::next_record`] gave last.
    pub fn record(&self) -> &RawRecord {
        &self.grammar.record
    }

    /// What the header comments said; complete once the first record came.
    pub fn header(&self) -> &Header {
        &self.grammar.header
    }

    /// Bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.xml.get_ref().bytes()
    }

    /// Requests read so far.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// The facts about the file, once [`RecordReader::next_record`] gave `None`.
    pub fn facts(&self) -> FileFacts {
        let source = self.xml.get_ref();
        FileFacts {
            bytes: source.bytes(),
            records: self.records,
            sha256: source.digest(),
            mended: source.mended(),
            foreign: self.grammar.foreign,
        }
    }

    fn step(&mut self, line: u64) -> Result<Step, Fault> {
        let Self {
            xml,
            buffer,
            grammar,
            ..
        } = self;
        buffer.clear();
        xml.get_mut().begin_event();
        let event = match xml.read_event_into(buffer) {
            Ok(event) => event,
            Err(error) => return Err(fault_of(&error, xml.get_ref())),
        };
        match event {
            Event::Start(tag) => {
                grammar.start(&tag, line)?;
            }
            Event::Empty(tag) => {
                grammar.start(&tag, line)?;
                if grammar.end() {
                    return Ok(Step::Record);
                }
            }
            Event::End(_) => {
                if grammar.end() {
                    return Ok(Step::Record);
                }
            }
            Event::Text(text) => grammar.text(&text)?,
            Event::CData(text) => grammar.text(&text)?,
            Event::GeneralRef(name) => grammar.reference(&name),
            Event::Comment(text) => grammar.comment(&text),
            Event::DocType(text) => grammar.doctype(&text)?,
            // The declaration was followed under the parser; instructions mean nothing in a feed.
            Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if grammar.is_closed() => return Ok(Step::End),
            Event::Eof => return Err(Fault::Truncated),
        }
        Ok(Step::More)
    }
}

enum Step {
    More,
    Record,
    End,
}

fn fault_of<R: Read>(error: &Error, source: &Source<R>) -> Fault {
    match source.fault() {
        Some(SourceFault::Oversize) => return Fault::Oversize,
        Some(SourceFault::Encoding) => return Fault::Encoding,
        None => {}
    }
    if matches!(error, Error::Io(_)) {
        Fault::Unreadable
    } else if matches!(error, Error::Syntax(_)) && source.has_ended() {
        Fault::Truncated
    } else {
        Fault::Malformed
    }
}
