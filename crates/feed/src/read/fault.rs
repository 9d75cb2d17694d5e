//! What makes a whole file unusable.

use crate::plan::{Finding, Severity};

/// A file, and with it the delivery, cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Ends before `</ficAlimMENESR>`.
    Truncated,
    /// Not well formed.
    Malformed,
    /// Another root.
    Root,
    /// The document type declares something itself (T-71).
    Doctype,
    /// A request that the grammar does not know.
    Request,
    /// Nested too deep.
    Depth,
    /// One piece of markup or text without end.
    Oversize,
    /// An encoding that no feed uses.
    Encoding,
    /// The source gave an error.
    Unreadable,
}

impl Fault {
    const fn told(self) -> (&'static str, &'static str) {
        match self {
            Self::Truncated => (
                "file.truncated",
                "le fichier s'arrête avant </ficAlimMENESR> : la livraison est incomplète, demandez-la de nouveau",
            ),
            Self::Malformed => (
                "file.malformed",
                "le fichier n'est pas un XML bien formé : demandez la livraison de nouveau",
            ),
            Self::Root => (
                "file.root",
                "l'élément racine n'est pas ficAlimMENESR : ce n'est pas un fichier d'annuaire fédérateur",
            ),
            Self::Doctype => (
                "file.doctype",
                "la déclaration DOCTYPE contient des définitions internes : refusée par sécurité",
            ),
            Self::Request => (
                "file.request",
                "une demande n'est ni addRequest, ni modifyRequest, ni deleteRequest : ce qu'elle porte serait perdu ou pris pour parti, faites corriger la livraison",
            ),
            Self::Depth => (
                "file.depth",
                "les éléments sont imbriqués trop profondément : fichier refusé par sécurité",
            ),
            Self::Oversize => (
                "file.oversize",
                "un texte ou une balise dépasse toute taille plausible : fichier refusé par sécurité",
            ),
            Self::Encoding => (
                "file.encoding",
                "l'encodage déclaré n'est pas géré : UTF-8, ISO-8859-1, ISO-8859-15 ou windows-1252 sont attendus",
            ),
            Self::Unreadable => (
                "file.unreadable",
                "le fichier ne peut pas être lu jusqu'au bout (archive abîmée ou accès refusé)",
            ),
        }
    }

    /// The finding that stops the import.
    pub(crate) fn at(self, file: &str, line: u64) -> Box<Finding> {
        let (code, message) = self.told();
        fatal(code, file, line, message)
    }
}

/// A finding that stops the import.
pub(crate) fn fatal(code: &str, file: &str, line: u64, message: &str) -> Box<Finding> {
    Box::new(Finding {
        code: code.to_owned(),
        severity: Severity::Fatal,
        file: file.to_owned(),
        line,
        record: String::new(),
        field: String::new(),
        message: message.to_owned(),
    })
}
