//! Which delivery is read, and whose it is.

use super::FeedSource;
use portique_feed::archive::is_archive;
use portique_feed::dialect::Dialects;
use portique_feed::name::{Deliveries, Delivery, FileName};
use portique_feed::plan::{Finding, Severity};
use portique_feed::{ImportError, Probe, SinkError, probe};
use std::sync::Arc;

/// Labels that a refusal names; more help nobody.
const MOST_LABELS: usize = 20;

/// The one delivery, or the one that was asked for where there are several.
pub(super) fn choose(
    deliveries: Deliveries,
    asked: Option<&str>,
) -> Result<Delivery, Box<Finding>> {
    let mut found = deliveries.found;
    match (asked, found.len()) {
        (_, 0) => Err(nothing_to_read(&deliveries.ignored)),
        (None, 1) => found.pop().ok_or_else(|| nothing_to_read(&[])),
        (None, _) => Err(several(&found)),
        (Some(asked), _) => match found.iter().position(|one| one.label == asked) {
            Some(at) => Ok(found.swap_remove(at)),
            None => Err(several(&found)),
        },
    }
}

/// A first look at the delivery.
pub(super) fn look(
    source: &dyn FeedSource,
    first: Option<FileName>,
    own: Option<Arc<Dialects>>,
) -> Result<Probe, ImportError> {
    let failed =
        |error: Box<dyn std::error::Error + Send + Sync>| ImportError::Sink(SinkError(error));
    let Some(first) = first else {
        return Err(ImportError::Fatal(nothing_to_read(&[])));
    };
    let tables = match own {
        Some(own) => own,
        None => Dialects::built_in().map_err(|error| failed(Box::new(error)))?,
    };
    let file = source
        .open(&first.name)
        .map_err(|error| failed(Box::new(error)))?;
    probe(&first, file, &tables)
}

fn several(found: &[Delivery]) -> Box<Finding> {
    let labels: Vec<&str> = found
        .iter()
        .take(MOST_LABELS)
        .map(|one| one.label.as_str())
        .collect();
    fatal(
        "feed.several",
        format!(
            "{} livraisons ici. Choisissez-en une avec --delivery : {}",
            found.len(),
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
        "Les fichiers ne disent pas de quelle académie ils viennent. Donnez-la avec --academy."
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
            let chosen = choose(deliveries(TWO), Some(label)).unwrap();
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
}
