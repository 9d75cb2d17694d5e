//! One sheet, line by line, in bounded memory.

use super::columns::{Column, Headers, Layout, Unknown};
use crate::finding::Report;
use crate::plan::Finding;
use crate::read::{FileFacts, Source, SourceFault, fatal, is_invisible};
use csv::StringRecord;
use std::io::{self, BufRead as _, Read};

/// The longest value kept, in bytes.
const LONGEST_VALUE: usize = 4096;
/// A line of headers holds no more; looking for its separator does not go further.
const HEAD: usize = 16 * 1024;

/// A sheet being read.
pub(super) struct Sheet<R: Read> {
    file: String,
    csv: csv::Reader<Endings<R>>,
    record: StringRecord,
    layout: Layout,
    line: u64,
    records: u64,
}

impl<R: Read> Sheet<R> {
    /// Reads the headers. The separator is a semicolon, a tab or a comma, whichever the first line has
    /// most of.
    pub(super) fn open(file: &str, source: R) -> Result<Self, Box<Finding>> {
        let mut source = Source::new(source);
        source.begin_event();
        let separator = match separator(&mut source) {
            Ok(separator) => separator,
            Err(error) => return Err(refusal(file, 1, &error, &source)),
        };
        let csv = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .has_headers(false)
            .from_reader(Endings::of(source));
        let mut sheet = Self {
            file: file.to_owned(),
            csv,
            record: StringRecord::new(),
            layout: Layout::default(),
            line: 1,
            records: 0,
        };
        if !sheet.advance()? {
            return Err(fatal(
                "csv.empty",
                file,
                1,
                "le fichier est vide : une ligne d'en-têtes est attendue",
            ));
        }
        Ok(sheet)
    }

    /// The headers as they stand, before a table is laid over them.
    pub(super) fn headers(&self) -> impl Iterator<Item = &str> {
        self.record.iter()
    }

    /// Lays a table over the headers.
    pub(super) fn lay(&mut self, table: &Headers, unknown: &mut Unknown) {
        self.layout = Layout::read(table, self.record.iter(), unknown);
    }

    /// The next line that holds anything; `None` at the end.
    pub(super) fn next_line(&mut self) -> Result<Option<Line<'_>>, Box<Finding>> {
        loop {
            if !self.advance()? {
                return Ok(None);
            }
            if self.record.iter().any(|cell| !cell.trim().is_empty()) {
                self.records += 1;
                return Ok(Some(Line {
                    number: self.line,
                    record: &self.record,
                    layout: &self.layout,
                }));
            }
        }
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    pub(super) fn facts(&self) -> FileFacts {
        let source = &self.csv.get_ref().source;
        FileFacts {
            bytes: source.bytes(),
            records: self.records,
            sha256: source.digest(),
            mended: source.mended(),
            foreign: 0,
        }
    }

    fn advance(&mut self) -> Result<bool, Box<Finding>> {
        self.csv.get_mut().source.begin_event();
        let read = self.csv.read_record(&mut self.record);
        // The library tells where it stands, which is behind the line end; where the record began is as
        // many lines before as its values have, since it counts blank lines to the record that follows.
        let within = self.record.iter().map(|cell| cell.matches('\n').count());
        let within = u64::try_from(within.sum::<usize>()).unwrap_or(0);
        let behind = self.csv.position().line();
        self.line = behind.saturating_sub(1 + within).max(1);
        read.map_err(|error| {
            if let csv::ErrorKind::Io(error) = error.kind() {
                return refusal(&self.file, self.line, error, &self.csv.get_ref().source);
            }
            fatal("file.malformed", &self.file, self.line, MALFORMED)
        })
    }
}

/// Every line end as `\n`, the last one too, so that lines can be counted.
struct Endings<R> {
    source: Source<R>,
    after_return: bool,
    /// What came last was a line end, or the file is empty.
    closed: bool,
}

impl<R: Read> Endings<R> {
    fn of(source: Source<R>) -> Self {
        Self {
            source,
            after_return: false,
            closed: true,
        }
    }
}

impl<R: Read> Read for Endings<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let available = self.source.fill_buf()?;
            if available.is_empty() {
                let Some(slot) = out.first_mut().filter(|_| !self.closed) else {
                    return Ok(0);
                };
                *slot = b'\n';
                self.closed = true;
                return Ok(1);
            }
            let taken = available.len().min(out.len());
            let mut written = 0;
            let taken_bytes = available.get(..taken).unwrap_or_default();
            for byte in taken_bytes {
                let follows = core::mem::replace(&mut self.after_return, *byte == b'\r');
                if *byte == b'\n' && follows {
                    continue;
                }
                if let Some(slot) = out.get_mut(written) {
                    *slot = if *byte == b'\r' { b'\n' } else { *byte };
                    self.closed = *slot == b'\n';
                    written += 1;
                }
            }
            self.source.consume(taken);
            if written > 0 || out.is_empty() {
                return Ok(written);
            }
        }
    }
}

const MALFORMED: &str = "le fichier n'est pas un CSV lisible : demandez-le de nouveau";

fn refusal<R: Read>(file: &str, line: u64, error: &io::Error, source: &Source<R>) -> Box<Finding> {
    match (source.fault(), error.kind()) {
        (Some(SourceFault::Oversize), _) => fatal(
            "file.oversize",
            file,
            line,
            "une ligne dépasse toute taille plausible (guillemet jamais fermé ?) : fichier refusé par sécurité",
        ),
        (Some(SourceFault::Encoding), _) => fatal(
            "file.encoding",
            file,
            line,
            "l'encodage n'est pas géré : UTF-8, ISO-8859-1, ISO-8859-15 ou windows-1252 sont attendus",
        ),
        (None, _) => fatal(
            "file.unreadable",
            file,
            line,
            "le fichier ne peut pas être lu jusqu'au bout (archive abîmée ou accès refusé)",
        ),
    }
}

fn separator<R: Read>(source: &mut Source<R>) -> io::Result<u8> {
    let head = source.fill_buf()?;
    let head = head.get(..head.len().min(HEAD)).unwrap_or_default();
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |separator: u8| line.split(|byte| *byte == separator).count();
    let most = [b',', b'\t', b';']
        .into_iter()
        .max_by_key(|separator| count(*separator));
    Ok(most.unwrap_or(b';'))
}

/// One line.
#[derive(Clone, Copy)]
pub(super) struct Line<'s> {
    /// From 1, of the first line when a value goes over several.
    pub(super) number: u64,
    record: &'s StringRecord,
    layout: &'s Layout,
}

impl<'s> Line<'s> {
    /// The cell that counts for a column, trimmed, empty when there is none. What is too long or holds a
    /// control character is dropped with a warning.
    pub(super) fn get(&self, column: Column, report: &mut Report<'_>) -> &'s str {
        let cells = self.layout.places(column).iter().map(|at| self.cell(*at));
        let value = cells
            .into_iter()
            .find(|cell| !cell.is_empty())
            .unwrap_or_default();
        let header = self.layout.header(column);
        if value.len() > LONGEST_VALUE {
            report.warn("value.length", header, "valeur de plus de 4 Kio ignorée");
            return "";
        }
        if value.chars().any(|it| it.is_control() || is_invisible(it)) {
            report.warn(
                "value.control",
                header,
                "valeur ignorée : elle contient un caractère de commande ou un saut de ligne",
            );
            return "";
        }
        value
    }

    /// The cell at one place, trimmed; empty beyond the end.
    pub(super) fn cell(&self, at: usize) -> &'s str {
        self.record.get(at).unwrap_or_default().trim()
    }

    /// Whether something stands beyond the headers.
    pub(super) fn is_too_wide(&self) -> bool {
        let beyond = self.layout.width()..self.record.len();
        beyond.into_iter().any(|at| !self.cell(at).is_empty())
    }

    pub(super) fn layout(&self) -> &'s Layout {
        self.layout
    }
}
