//! Writing records, files and their heads.

use super::{Open, Writing};
use crate::region::Academy;
use portique_domain::CivilDate;
use std::io::{self, Write};

/// The files of one academy, opened one after the other.
pub(super) struct Files<'a, 'o> {
    academy: &'static str,
    delta: bool,
    date: CivilDate,
    writing: Writing,
    open: &'a mut Open<'o>,
}

impl<'a, 'o> Files<'a, 'o> {
    pub(super) fn new(
        academy: &Academy,
        delta: bool,
        (date, writing): (CivilDate, Writing),
        open: &'a mut Open<'o>,
    ) -> Self {
        Self {
            academy: academy.code,
            delta,
            date,
            writing,
            open,
        }
    }

    /// Begins a category of records: its word in file names, the operational attribute of its records
    /// and the word there. `declared` writes the XML declaration, which real feeds leave out of the
    /// files of people (aaf §1).
    pub(super) fn category(
        &mut self,
        word: &'static str,
        operational: (&'static str, &'static str),
        declared: bool,
    ) -> Category<'_, 'a, 'o> {
        Category {
            files: self,
            word,
            operational,
            declared,
            sequence: 0,
            records: 0,
            serial: 0,
            out: None,
            text: String::new(),
        }
    }

    fn name(&self, word: &str, sequence: u32) -> String {
        let (year, month, day) = self.date.parts();
        let code = self.academy;
        let project = code.trim_start_matches('0');
        let kind = if self.delta { "Delta" } else { "Complet" };
        format!(
            "academie-{code}/ENT2DVA-ENT{project}_{kind}_{year:04}{month:02}{day:02}_{word}_{sequence:04}.xml"
        )
    }

    fn head(&self, declared: bool) -> String {
        let declaration = if declared {
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        } else {
            ""
        };
        format!(
            "{declaration}<!DOCTYPE ficAlimMENESR SYSTEM \"ficAlimMENESR.dtd\">\n<ficAlimMENESR>\n\
             <!-- versionAF=\"AAF-VE2407\" -->\n<!-- versionSDET=\"Annexe 4bis version 6.4\" -->\n\
             <!-- codeAcademieExport=\"{}\" -->\n<!-- degre=\"2D\" -->\n\
             <!-- dateGenerationExport=\"{}\" -->\n",
            self.academy.trim_start_matches('0'),
            self.date.french()
        )
    }
}

/// The files of one category.
pub(super) struct Category<'f, 'a, 'o> {
    files: &'f mut Files<'a, 'o>,
    word: &'static str,
    operational: (&'static str, &'static str),
    declared: bool,
    sequence: u32,
    records: u64,
    serial: u64,
    out: Option<Box<dyn Write>>,
    text: String,
}

impl Category<'_, '_, '_> {
    /// Writes what became of one thing: an addition, a modification that names what differs, a
    /// deletion, or nothing where nothing differs. A full delivery is all additions.
    pub(super) fn entry<T>(
        &mut self,
        id: &str,
        (was, is): (Option<&T>, Option<&T>),
        fill: impl Fn(&T, &mut Record),
    ) -> io::Result<()> {
        // Both days in one manner: another escape is no other value.
        let manner = Manner::of(self.serial + 1);
        let record = |thing: &T| {
            let mut record = Record::new(manner);
            fill(thing, &mut record);
            record
        };
        match (was, is) {
            (None, None) => Ok(()),
            (None, Some(is)) => self.request("addRequest", id, &record(is).whole()),
            (Some(_), None) => self.request("deleteRequest", id, ""),
            (Some(was), Some(is)) => {
                let changes = record(is).since(&record(was));
                if changes.is_empty() {
                    return Ok(());
                }
                self.request("modifyRequest", id, &changes)
            }
        }
    }

    fn request(&mut self, request: &str, id: &str, body: &str) -> io::Result<()> {
        if self.records >= self.files.writing.records_a_file {
            self.close()?;
            self.sequence += 1;
        }
        self.begin()?;
        self.records += 1;
        self.serial += 1;
        let (name, word) = self.operational;
        for part in [
            "<",
            request,
            ">\n<operationalAttributes><attr name=\"",
            name,
            "\"><value>",
            word,
            "</value></attr></operationalAttributes>\n<identifier><id>",
            id,
            "</id></identifier>\n",
            body,
            "</",
            request,
            ">\n",
        ] {
            self.text.push_str(part);
        }
        self.flush()
    }

    /// Opens a file where none is open.
    fn begin(&mut self) -> io::Result<()> {
        if self.out.is_none() {
            let name = self.files.name(self.word, self.sequence);
            self.out = Some((self.files.open)(&name)?);
            self.records = 0;
            self.text.push_str(&self.files.head(self.declared));
        }
        Ok(())
    }

    /// Closes the last file; a category without records still has its file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.begin()?;
        self.close()
    }

    fn close(&mut self) -> io::Result<()> {
        self.text.push_str("</ficAlimMENESR>\n");
        self.flush()?;
        match self.out.take() {
            Some(mut out) => out.flush(),
            None => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        let Some(out) = &mut self.out else {
            return Ok(());
        };
        if self.files.writing.crlf {
            out.write_all(self.text.replace('\n', "\r\n").as_bytes())?;
        } else {
            out.write_all(self.text.as_bytes())?;
        }
        self.text.clear();
        Ok(())
    }
}

/// How the marks of a record are escaped: producers do not agree with themselves (aaf §1).
#[derive(Clone, Copy)]
enum Manner {
    /// `&apos;`, `&amp;`.
    Plain,
    /// Upper-case accents as numbers besides: `&#201;`.
    Numeric,
    /// Apostrophes escaped twice: `&amp;apos;`.
    Twice,
}

impl Manner {
    const fn of(serial: u64) -> Self {
        match serial % 200 {
            40 | 90 | 140 => Self::Numeric,
            97 => Self::Twice,
            _ => Self::Plain,
        }
    }
}

/// The attributes of a record being written.
pub(super) struct Record {
    manner: Manner,
    /// Names, each with the end of its values in `values`.
    names: Vec<(&'static str, usize)>,
    /// The elements `value` of all of them.
    values: String,
}

impl Record {
    fn new(manner: Manner) -> Self {
        Self {
            manner,
            names: Vec::with_capacity(50),
            values: String::with_capacity(2048),
        }
    }

    /// An attribute with one value, which may be empty.
    pub(super) fn one(&mut self, name: &'static str, value: &str) {
        self.many(name, &[value]);
    }

    /// An attribute with several values; with none, it is present and empty.
    pub(super) fn many<T: AsRef<str>>(&mut self, name: &'static str, values: &[T]) {
        for value in values {
            self.value(value.as_ref());
        }
        if values.is_empty() {
            self.value("");
        }
        self.names.push((name, self.values.len()));
    }

    /// Names and values, in the order of writing.
    fn attributes(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let mut from = 0;
        self.names.iter().map(move |(name, end)| {
            let values = self.values.get(from..*end).unwrap_or_default();
            from = *end;
            (*name, values)
        })
    }

    /// All attributes, as an addition holds them.
    fn whole(&self) -> String {
        let mut text = String::with_capacity(self.values.len() * 2);
        text.push_str("<attributes>\n");
        for (name, values) in self.attributes() {
            for part in ["<attr name=\"", name, "\">", values, "</attr>\n"] {
                text.push_str(part);
            }
        }
        text.push_str("</attributes>\n");
        text
    }

    /// The attributes that differ from an earlier day's, as a modification holds them; empty when none
    /// does. The same attributes come in the same order on every day.
    fn since(&self, earlier: &Self) -> String {
        let mut text = String::new();
        for (now, then) in self.attributes().zip(earlier.attributes()) {
            if now == then {
                continue;
            }
            let (name, values) = now;
            for part in [
                "<modification name=\"",
                name,
                "\" operation=\"replace\">",
                values,
                "</modification>\n",
            ] {
                text.push_str(part);
            }
        }
        if text.is_empty() {
            text
        } else {
            format!("<modifications>\n{text}</modifications>\n")
        }
    }

    fn value(&mut self, value: &str) {
        let text = &mut self.values;
        if value.is_empty() {
            text.push_str("<value/>");
            return;
        }
        text.push_str("<value>");
        for letter in value.chars() {
            match (letter, self.manner) {
                ('\'', Manner::Twice) => text.push_str("&amp;apos;"),
                ('\'', _) => text.push_str("&apos;"),
                ('&', _) => text.push_str("&amp;"),
                ('"', _) => text.push_str("&quot;"),
                ('<', _) => text.push_str("&lt;"),
                ('>', _) => text.push_str("&gt;"),
                ('\u{C0}'..='\u{DE}', Manner::Numeric) => {
                    text.push_str("&#");
                    text.push_str(&u32::from(letter).to_string());
                    text.push(';');
                }
                (letter, _) => text.push(letter),
            }
        }
        text.push_str("</value>");
    }
}
