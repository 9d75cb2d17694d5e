//! What a partner was opened with, as two columns: the partner, and the rest as one text. Versions and
//! codes hold no space and a resource's id neither, so that nothing has to be escaped.

use portique_domain::journal::Opening;
use portique_domain::partner::{Attribute, PartnerId};
use portique_domain::resource::ResourceId;

/// The two columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OpeningColumns {
    pub(super) partner: String,
    pub(super) rest: String,
}

impl OpeningColumns {
    /// Of an opening.
    pub(super) fn of(opening: &Opening) -> Self {
        let codes: Vec<&str> = opening.attributes.iter().map(|one| one.code()).collect();
        let resource = opening.resource.as_ref().map_or("", ResourceId::as_str);
        Self {
            partner: opening.partner.as_str().to_owned(),
            rest: format!("{} {} {resource}", opening.version, codes.join(",")),
        }
    }

    /// The opening; `None` when the columns are none of ours.
    pub(super) fn read(&self) -> Option<Opening> {
        let mut parts = self.rest.splitn(3, ' ');
        let version = parts.next()?.parse().ok()?;
        let codes = parts.next()?;
        let resource = parts.next()?;
        Some(Opening {
            partner: PartnerId::parse(&self.partner)?,
            resource: match resource {
                "" => None,
                id => Some(ResourceId::parse(id)?),
            },
            version,
            attributes: match codes {
                "" => Vec::new(),
                codes => codes
                    .split(',')
                    .map(Attribute::from_code)
                    .collect::<Option<_>>()?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_opening_reads_back() {
        let resource = ResourceId::parse("ark:/12345/manuel,6e");
        for resource in [None, resource] {
            for attributes in [&[][..], &Attribute::ALL[..1], Attribute::ALL] {
                let opening = Opening {
                    partner: PartnerId::parse("moodle").unwrap(),
                    resource: resource.clone(),
                    version: u32::MAX,
                    attributes: attributes.to_vec(),
                };
                assert_eq!(OpeningColumns::of(&opening).read(), Some(opening));
            }
        }
    }

    #[test]
    fn what_is_none_of_ours_does_not_read() {
        for (partner, rest) in [
            ("Moodle", "1  "),
            ("moodle", "1"),
            ("moodle", "1 "),
            ("moodle", "x nom "),
            ("moodle", "1 nom,mot-de-passe "),
            ("moodle", "1 nom, "),
        ] {
            let columns = OpeningColumns {
                partner: partner.to_owned(),
                rest: rest.to_owned(),
            };
            assert_eq!(columns.read(), None, "{partner} {rest:?}");
        }
    }
}
