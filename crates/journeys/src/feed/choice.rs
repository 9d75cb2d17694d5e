//! Which delivery is read, and whose it is.

use super::{FeedOptions, FeedSource, sheets};
use portique_domain::identity::{AcademyCode, SourceName, Uai};
use portique_feed::archive::is_archive;
use portique_feed::csv::{SheetKind, uai_of};
use portique_feed::dialect::Dialects;
use portique_feed::name::{Deliveries, Delivery};
use portique_feed::plan::{Finding, Severity};
use portique_feed::{ImportError, SinkError, probe};

/// Labels that a refusal names; more help nobody.
const MOST_LABELS: usize = 20;

/// What is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Chosen {
    /// Files of the annuaire.
    Annuaire(Delivery),
    /// Sheets, by name.
    Sheets(Vec<String>),
}

/// Whose a delivery is.
#[derive(Debug)]
pub(super) struct Owner {
    pub(super) source: SourceName,
    /// What the files say; a sheet says nothing.
    pub(super) academy: Option<AcademyCode>,
}

/// The one delivery, or the one that was asked for where there are several.
pub(super) fn choose(deliveries: Deliveries, asked: Option<&str>) -> Result<Chosen, Box<Finding>> {
    let mut found = deliveries.found;
    let sheets: Vec<String> = deliveries
        .ignored
        .iter()
        .filter(|name| is_sheet(name))
        .cloned()
        .collect();
    if !sheets.is_empty() && (found.is_empty() || asked == Some(SHEETS)) {
        return Ok(Chosen::Sheets(sheets));
    }
    match (asked, found.len()) {
        (_, 0) => Err(nothing_to_read(&deliveries.ignored)),
        (None, 1) if sheets.is_empty() => found
            .pop()
            .map(Chosen::Annuaire)
            .ok_or_else(|| nothing_to_read(&[])),
        (asked, _) => {
            let at = found
                .iter()
                .position(|one| asked == Some(one.label.as_str()));
            match at {
                Some(at) => Ok(Chosen::Annuaire(found.swap_remove(at))),
                None => Err(several(&found, !sheets.is_empty())),
            }
        }
    }
}

/// What the sheets of a folder are called where there is something else besides.
const SHEETS: &str = "csv";

fn is_sheet(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".csv")
}

/// A first look at the delivery.
pub(super) fn look(
    source: &dyn FeedSource,
    chosen: &Chosen,
    options: &FeedOptions,
) -> Result<Owner, ImportError> {
    match chosen {
        Chosen::Annuaire(delivery) => look_at_annuaire(source, delivery, options),
        Chosen::Sheets(names) => look_at_sheets(source, names, options),
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> ImportError {
    ImportError::Sink(SinkError(Box::new(error)))
}

fn look_at_annuaire(
    source: &dyn FeedSource,
    delivery: &Delivery,
    options: &FeedOptions,
) -> Result<Owner, ImportError> {
    let Some(first) = delivery.files.first() else {
        return Err(ImportError::Fatal(nothing_to_read(&[])));
    };
    let tables = match &options.dialects {
        Some(own) => own.clone(),
        None => Dialects::built_in().map_err(failed)?,
    };
    let file = source.open(&first.name).map_err(failed)?;
    let probed = probe(first, file, &tables)?;
    Ok(Owner {
        source: options
            .source
            .clone()
            .unwrap_or_else(|| probed.degree.source()),
        academy: probed.academy,
    })
}

/// A sheet belongs to a source of its own: `csv`, or that of its école, unless another is named. A full
/// delivery of one owner says nothing about the people of another.
fn look_at_sheets(
    source: &dyn FeedSource,
    names: &[String],
    options: &FeedOptions,
) -> Result<Owner, ImportError> {
    let kind = sheets::kind_of(source, names, options)?;
    // The people of the annuaire would pass for departed, and a sheet could name their ids (aaf §7.19).
    let annuaire = [SourceName::aaf(), SourceName::aaf_first_degree()];
    if options
        .source
        .as_ref()
        .is_some_and(|own| annuaire.contains(own))
    {
        return Err(ImportError::Fatal(fatal(
            "feed.source",
            "Un CSV n’est jamais une livraison de l’annuaire académique : donnez-lui une --source à lui, telle que csv-rectorat.".to_owned(),
        )));
    }
    let owner = match kind {
        SheetKind::Portique => SourceName::parse("csv"),
        SheetKind::Onde => {
            let mut uais: Vec<Uai> = names
                .iter()
                .filter_map(|name| uai_of(name).or_else(|| options.uai.clone()))
                .collect();
            uais.dedup();
            match uais.as_slice() {
                [one] => SourceName::parse(&format!("onde-{one}").to_ascii_lowercase()),
                _ => SourceName::parse("onde"),
            }
        }
    };
    Ok(Owner {
        source: options
            .source
            .clone()
            .or(owner)
            .unwrap_or_else(SourceName::aaf),
        academy: None,
    })
}

fn several(found: &[Delivery], sheets: bool) -> Box<Finding> {
    let mut labels: Vec<&str> = found
        .iter()
        .take(MOST_LABELS)
        .map(|one| one.label.as_str())
        .collect();
    labels.extend(sheets.then_some(SHEETS));
    fatal(
        "feed.several",
        format!(
            "{} livraisons ici. Choisissez-en une avec --delivery : {}",
            found.len() + usize::from(sheets),
            labels.join(", ")
        ),
    )
}

fn nothing_to_read(ignored: &[String]) -> Box<Finding> {
    let archives = ignored.iter().filter(|name| is_archive(name)).count();
    if archives > 0 {
        return fatal(
            "feed.empty",
            format!(
                "Ce dossier tient {archives} archives et aucun fichier d’annuaire. Donnez l’archive elle-même, une à la fois."
            ),
        );
    }
    fatal(
        "feed.empty",
        "Aucun fichier d’annuaire académique ici. Donnez le dossier ou l’archive d’une livraison, celle d’une seule académie : ses fichiers se nomment ENT2D…_Complet_…_Eleve_0000.xml.".to_owned(),
    )
}

pub(super) fn no_academy() -> Finding {
    *fatal(
        "feed.academy",
        "Les fichiers ne disent pas de quelle académie ils viennent. Donnez-la avec --academy (un CSV ne la dit jamais)."
            .to_owned(),
    )
}

fn fatal(code: &str, message: String) -> Box<Finding> {
    Box::new(Finding {
        code: code.to_owned(),
        severity: Severity::Fatal,
        file: String::new(),
        line: 0,
        record: String::new(),
        field: String::new(),
        message,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use portique_feed::name::deliveries;

    const TWO: [&str; 2] = [
        "ENT2D-ENT16_Complet_20240916_Eleve_0000.xml",
        "ENT2D-ENT09_Complet_20240916_Eleve_0000.xml",
    ];

    #[test]
    fn of_several_deliveries_one_is_named_or_all_are_told() {
        let refused = choose(deliveries(TWO), None).unwrap_err();
        assert_eq!(refused.code, "feed.several");
        for label in [
            "ENT2D-ENT16_Complet_20240916",
            "ENT2D-ENT09_Complet_20240916",
        ] {
            assert!(refused.message.contains(label), "{}", refused.message);
            let Ok(Chosen::Annuaire(chosen)) = choose(deliveries(TWO), Some(label)) else {
                panic!("{label}");
            };
            assert_eq!((chosen.label.as_str(), chosen.files.len()), (label, 1));
        }
        let unknown = choose(deliveries(TWO), Some("ENT2D"));
        assert_eq!(unknown.unwrap_err().code, "feed.several");
    }

    #[test]
    fn a_folder_of_archives_is_told_as_one() {
        let refused = choose(deliveries(["ENT2D.20240916.tgz", "readme.txt"]), None).unwrap_err();
        assert_eq!(refused.code, "feed.empty");
        assert!(refused.message.contains("1 archives"));
    }

    #[test]
    fn sheets_beside_a_delivery_are_another_one() {
        let [feed, _] = TWO;
        let alone = choose(deliveries(["invites.csv"]), None).unwrap();
        assert_eq!(alone, Chosen::Sheets(vec!["invites.csv".to_owned()]));
        let refused = choose(deliveries([feed, "invites.csv"]), None).unwrap_err();
        assert_eq!(refused.code, "feed.several");
        let sheets = choose(deliveries([feed, "invites.csv"]), Some("csv")).unwrap();
        assert_eq!(sheets, alone);
    }
}
