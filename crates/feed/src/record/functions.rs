//! Functions to profiles (aaf §2.6); the table is `config/feeds/codes.toml`.

use crate::dialect::Codes;
use portique_domain::identity::Profile;

/// What a function makes of a person in one structure. `teaches` is the teacher rule of aaf §2.5.
pub(crate) fn profile_of(
    codes: &Codes,
    function: &str,
    (discipline, label): (&str, &str),
    teaches: Teaches,
) -> Profile {
    if codes.is_direction(discipline, label) {
        return Profile::Direction;
    }
    let known = codes.function(function);
    match (known, teaches) {
        // The newer mark wins over the function (aaf §2.5).
        (Some(Profile::Teacher), Teaches::Denied) | (None, Teaches::No | Teaches::Denied) => {
            Profile::Staff
        }
        (Some(profile), _) => profile,
        (None, Teaches::Yes) => Profile::Teacher,
    }
}

/// Whether a person teaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Teaches {
    /// Yes.
    Yes,
    /// Nothing says so.
    No,
    /// `ENTPersonCategorieEnseignant` says no.
    Denied,
}

/// A person keeps one profile in a structure: of several functions, the one that comes first here.
pub(crate) const fn rank(profile: Profile) -> u8 {
    match profile {
        Profile::Direction => 0,
        Profile::Documentalist => 1,
        Profile::Teacher => 2,
        Profile::SchoolLife => 3,
        Profile::Collectivite => 4,
        Profile::Academic => 5,
        Profile::Staff => 6,
        Profile::Pupil | Profile::Relative | Profile::Guest => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialect::Dialects;

    fn profile_of(function: &str, discipline: (&str, &str), teaches: Teaches) -> Profile {
        let tables = Dialects::built_in().unwrap();
        super::profile_of(tables.codes(), function, discipline, teaches)
    }

    #[test]
    fn codes_of_the_table_lead_to_their_profile() {
        let plain = ("", "");
        for (code, profile) in [
            ("ENS", Profile::Teacher),
            ("DOC", Profile::Documentalist),
            ("EDU", Profile::SchoolLife),
            ("AED", Profile::SchoolLife),
            ("DIR", Profile::Direction),
            ("COL", Profile::Collectivite),
            ("CTR", Profile::Staff),
            ("-", Profile::Staff),
            ("XYZ", Profile::Staff),
        ] {
            assert_eq!(profile_of(code, plain, Teaches::No), profile, "{code}");
        }
    }

    #[test]
    fn direction_is_known_by_its_discipline_too() {
        for discipline in [
            ("D0010", ""),
            ("", "DIRECTION CHEF D'ETABLISSEMENT"),
            ("", "Chef d'établissement adjoint"),
        ] {
            assert_eq!(
                profile_of("ADM", discipline, Teaches::No),
                Profile::Direction
            );
        }
    }

    #[test]
    fn the_newer_teacher_mark_wins() {
        let plain = ("", "");
        assert_eq!(profile_of("ENS", plain, Teaches::Denied), Profile::Staff);
        assert_eq!(profile_of("-", plain, Teaches::Yes), Profile::Teacher);
        assert_eq!(profile_of("EDU", plain, Teaches::Yes), Profile::SchoolLife);
    }
}
