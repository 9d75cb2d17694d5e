//! Writing records, files and their heads.

use super::{Open, Writing};
use crate::region::Academy;
use portique_domain::CivilDate;
use std::io::{self, Write};

/// The files of one academy, opened one after the other.
pub(super) struct Files<'a, 'o> {
    academy: &'static str,
    date: CivilDate,
    writing: Writing,
    open: &'a mut Open<'o>,
}

impl<'a, 'o> Files<'a, 'o> {
    pub(super) fn new(
        academy: &Academy,
        date: CivilDate,
        writing: Writing,
        open: &'a mut Open<'o>,
    ) -> Self {
        Self {
            academy: academy.code,
            date,
            writing,
            open,
        }
    }

    /// Begins a category. `declared` writes the XML declaration, which real feeds leave out of the
    /// files of people (aaf §1).
    pub(super) fn category(&mut self, word: &'static str, declared: bool) -> Category<'_, 'a, 'o> {
        Category {
            files: self,
            word,
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
        format!(
            "academie-{code}/ENT2DVA-ENT{project}_Complet_{year:04}{month:02}{day:02}_{word}_{sequence:04}.xml"
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
    declared: bool,
    sequence: u32,
    records: u64,
    serial: u64,
    out: Option<Box<dyn Write>>,
    text: String,
}

impl Category<'_, '_, '_> {
    /// Writes one record: its operational attribute and word, its id, and what `fill` puts in.
    pub(super) fn record(
        &mut self,
        operational: (&str, &str),
        id: &str,
        fill: impl FnOnce(&mut Record<'_>),
    ) -> io::Result<()> {
        if self.records >= self.files.writing.records_a_file {
            self.close()?;
            self.sequence += 1;
        }
        if self.out.is_none() {
            let name = self.files.name(self.word, self.sequence);
            self.out = Some((self.files.open)(&name)?);
            self.records = 0;
            self.text.push_str(&self.files.head(self.declared));
        }
        self.records += 1;
        self.serial += 1;
        let (name, word) = operational;
        self.text.push_str("<addRequest>\n<operationalAttributes>");
        self.text.push_str(&format_attr(name, word));
        self.text
            .push_str("</operationalAttributes>\n<identifier><id>");
        self.text.push_str(id);
        self.text.push_str("</id></identifier>\n<attributes>\n");
        fill(&mut Record {
            text: &mut self.text,
            manner: Manner::of(self.serial),
        });
        self.text.push_str("</attributes>\n</addRequest>\n");
        self.flush()
    }

    /// Closes the last file; a category without records still has its file.
    pub(super) fn finish(mut self) -> io::Result<()> {
        if self.out.is_none() {
            let name = self.files.name(self.word, self.sequence);
            self.out = Some((self.files.open)(&name)?);
            self.text.push_str(&self.files.head(self.declared));
        }
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

fn format_attr(name: &str, value: &str) -> String {
    format!("<attr name=\"{name}\"><value>{value}</value></attr>")
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
pub(super) struct Record<'a> {
    text: &'a mut String,
    manner: Manner,
}

impl Record<'_> {
    /// An attribute with one value, which may be empty.
    pub(super) fn one(&mut self, name: &str, value: &str) {
        self.many(name, &[value]);
    }

    /// An attribute with several values; with none, it is present and empty.
    pub(super) fn many<T: AsRef<str>>(&mut self, name: &str, values: &[T]) {
        self.text.push_str("<attr name=\"");
        self.text.push_str(name);
        self.text.push_str("\">");
        for value in values {
            self.value(value.as_ref());
        }
        if values.is_empty() {
            self.value("");
        }
        self.text.push_str("</attr>\n");
    }

    fn value(&mut self, value: &str) {
        if value.is_empty() {
            self.text.push_str("<value/>");
            return;
        }
        self.text.push_str("<value>");
        for letter in value.chars() {
            match (letter, self.manner) {
                ('\'', Manner::Twice) => self.text.push_str("&amp;apos;"),
                ('\'', _) => self.text.push_str("&apos;"),
                ('&', _) => self.text.push_str("&amp;"),
                ('"', _) => self.text.push_str("&quot;"),
                ('<', _) => self.text.push_str("&lt;"),
                ('>', _) => self.text.push_str("&gt;"),
                ('\u{C0}'..='\u{DE}', Manner::Numeric) => {
                    self.text.push_str("&#");
                    self.text.push_str(&u32::from(letter).to_string());
                    self.text.push(';');
                }
                (letter, _) => self.text.push(letter),
            }
        }
        self.text.push_str("</value>");
    }
}
