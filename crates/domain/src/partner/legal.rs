//! Who answers for a partner, on what basis, and where its data lie.

use crate::CivilDate;
use core::fmt;

macro_rules! closed {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The stable code, in files and machine output.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// From its code.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.code() == code)
            }
        }
    };
}
pub(super) use closed;

closed! {
    /// The closed catalogue of purposes: the service families of the SDET (ux-and-law §1.3).
    Purpose {
        /// Resources, shared spaces, learning platforms.
        Pedagogy = "pedagogie",
        /// Virtual class and web conference.
        VirtualClass = "classe-virtuelle",
        /// Lesson book, marks, absences.
        SchoolLife = "vie-scolaire",
        /// News, mail, forum, blog.
        Communication = "communication",
        /// Booking and management tools.
        Running = "fonctionnement",
        /// Communication of collectivités and académies with schools.
        Territory = "information-territoriale",
        /// Public information and open or closed data.
        PublicInformation = "information-publique",
        /// Resources opened the GAR way.
        Gar = "gar",
    }
}

closed! {
    /// The legal basis (RGPD art. 6.1).
    LegalBasis {
        /// Consent (a).
        Consent = "consentement",
        /// Contract (b).
        Contract = "contrat",
        /// Legal obligation (c).
        LegalObligation = "obligation-legale",
        /// Vital interests (d).
        VitalInterests = "interets-vitaux",
        /// Task in the public interest (e), the ENT's own.
        PublicTask = "mission-publique",
        /// Legitimate interests (f).
        LegitimateInterests = "interets-legitimes",
    }
}

closed! {
    /// What the partner is towards the controller.
    ProcessorRole {
        /// Sous-traitant (art. 28).
        Processor = "sous-traitant",
        /// Responsable distinct.
        Separate = "responsable-distinct",
        /// Responsable conjoint (art. 26).
        Joint = "responsable-conjoint",
    }
}

/// Who is the one lead controller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Controller {
    /// The head of the person's own establishment: each establishment shows its own.
    HeadOfEstablishment,
    /// The academic authority of the person's establishment.
    Academy,
    /// Somebody else, by name, such as `Région Occitanie`.
    Named(String),
}

/// A country: two letters, upper case (ISO 3166-1 alpha-2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// Reads two letters; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes: [u8; 2] = text.as_bytes().try_into().ok()?;
        bytes
            .iter()
            .all(u8::is_ascii_uppercase)
            .then_some(Self(bytes))
    }

    /// Whether it is a member of the European Union.
    pub fn is_in_the_union(self) -> bool {
        const UNION: &[u8] = b"ATBEBGCYCZDEDKEEESFIFRGRHRHUIEITLTLULVMTNLPLPTROSESISK";
        UNION.chunks(2).any(|code| code == self.0)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(core::str::from_utf8(&self.0).unwrap_or("??"))
    }
}

/// A processor behind the partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubProcessor {
    /// Its name.
    pub name: String,
    /// Where it works.
    pub country: Country,
}

/// A dated derogation of the data-protection officer for data outside the Union.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derogation {
    /// Who recorded it.
    pub by: String,
    /// When.
    pub on: CivilDate,
    /// Why.
    pub reason: String,
}

/// The legal side. What is `None` or empty blocks leaving *essai*; see `portique_access::publishing`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legal {
    /// The lead controller.
    pub controller: Option<Controller>,
    /// Joint controllers.
    pub joint: Vec<String>,
    /// The partner's role.
    pub role: Option<ProcessorRole>,
    /// The legal basis.
    pub basis: Option<LegalBasis>,
    /// Legal texts, free words shown in the notice.
    pub references: String,
    /// Reference of the contract.
    pub contract: Option<String>,
    /// End of the contract; from the day after, the partner opens to nobody.
    pub contract_until: Option<CivilDate>,
    /// Where the data lie.
    pub hosting: Option<Country>,
    /// Who else processes them.
    pub sub_processors: Vec<SubProcessor>,
    /// A derogation for a country outside the Union.
    pub derogation: Option<Derogation>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_union_has_twenty_seven_members() {
        let letters = b'A'..=b'Z';
        let members = letters
            .clone()
            .flat_map(|a| letters.clone().map(move |b| Country([a, b])))
            .filter(|country| country.is_in_the_union())
            .count();
        assert_eq!(members, 27);
        for (code, inside) in [("FR", true), ("US", false), ("GB", false), ("CH", false)] {
            assert_eq!(Country::parse(code).unwrap().is_in_the_union(), inside);
        }
        assert!(Country::parse("fr").is_none() && Country::parse("FRA").is_none());
    }
}
