//! Reading CSV: every sheet once, into the comparison and the stage alike.

use super::reading::{Staging, unreadable};
use super::{FeedOptions, FeedSource};
use crate::Trouble;
use portique_domain::CivilDate;
use portique_domain::identity::{AcademyCode, Establishment, SourceName, Uai};
use portique_feed::csv::{CsvOptions, SheetKind, Tables, kind, onde, portique};
use portique_feed::plan::{Finding, Severity};
use portique_feed::{Comparer, ImportError, Outcome, SinkError, Tee};
use portique_store::records::Stager;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whose sheets they are, and on which day they are read.
pub(super) struct Reading<'a> {
    pub(super) owner: SourceName,
    pub(super) academy: AcademyCode,
    pub(super) today: CivilDate,
    /// Every establishment that is known.
    pub(super) establishments: Vec<Establishment>,
    pub(super) options: &'a FeedOptions,
}

/// Reads the sheets.
pub(super) fn read(
    source: &dyn FeedSource,
    names: &[String],
    reading: Reading<'_>,
    mut comparer: Comparer,
    stager: Box<dyn Stager>,
) -> Result<Result<super::reading::ReadWell, Vec<Finding>>, Trouble> {
    let mut staging = Staging(stager);
    let mut both = Tee(&mut comparer, &mut staging);
    match outcome(source, names, reading, &mut both) {
        Ok(outcome) => Ok(Ok((comparer, outcome, staging.0))),
        Err(ImportError::Fatal(finding)) => Ok(Err(vec![*finding])),
        Err(ImportError::Sink(error)) => Err(unreadable(error)),
    }
}

fn outcome(
    source: &dyn FeedSource,
    names: &[String],
    reading: Reading<'_>,
    sink: &mut dyn portique_feed::Sink,
) -> Result<Outcome, ImportError> {
    let Reading {
        owner,
        academy,
        today,
        establishments,
        options,
    } = reading;
    let kind = kind_of(source, names, options)?;
    let csv = CsvOptions {
        source: owner.clone(),
        academy,
        today,
        // The day on which it is given: a sheet carries none, and a former one is not taken for a newer.
        date: Some(today),
        establishments: Some(by_uai(establishments, &owner)),
        tables: tables(options)?,
    };
    let open = |name: &String| source.open(name).map_err(failed);
    match (kind, names) {
        (SheetKind::Portique, [name]) => portique(name, open(name)?, &csv, sink),
        (SheetKind::Portique, _) => Err(fatal(
            "feed.several",
            "Plusieurs CSV de Portique ici : chacun est une livraison entière. Donnez-les un par un, chacun avec sa --source.",
        )),
        (SheetKind::Onde, names) => {
            let sheets = names.iter().map(|name| Ok((name.clone(), open(name)?)));
            let sheets = sheets.collect::<Result<Vec<_>, ImportError>>()?;
            onde(sheets, options.uai.as_ref(), &csv, sink)
        }
    }
}

/// Of two establishments of one UAI, the one that another source sends: a sheet only refers to it.
fn by_uai(all: Vec<Establishment>, owner: &SourceName) -> BTreeMap<Uai, Establishment> {
    let (own, others): (Vec<Establishment>, Vec<Establishment>) =
        all.into_iter().partition(|one| one.key.source == *owner);
    let mut by_uai = BTreeMap::new();
    for one in others.into_iter().chain(own) {
        if let Some(uai) = one.uai.clone() {
            by_uai.entry(uai).or_insert(one);
        }
    }
    by_uai
}

/// What the first sheet is; the others are read as its like, and refused when they are not.
pub(super) fn kind_of(
    source: &dyn FeedSource,
    names: &[String],
    options: &FeedOptions,
) -> Result<SheetKind, ImportError> {
    let Some(first) = names.first() else {
        return Err(fatal("feed.empty", "Aucun CSV ici."));
    };
    let sheet = source.open(first).map_err(failed)?;
    Ok(kind(first, sheet, &*tables(options)?)?)
}

fn tables(options: &FeedOptions) -> Result<Arc<Tables>, ImportError> {
    match &options.tables {
        Some(own) => Ok(own.clone()),
        None => Tables::built_in().map_err(failed),
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> ImportError {
    ImportError::Sink(SinkError(Box::new(error)))
}

fn fatal(code: &str, message: &str) -> ImportError {
    ImportError::Fatal(Box::new(Finding {
        code: code.to_owned(),
        severity: Severity::Fatal,
        file: String::new(),
        line: 0,
        record: String::new(),
        field: String::new(),
        message: message.to_owned(),
    }))
}
