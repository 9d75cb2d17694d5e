//! Invented words: names that sound French and belong to nobody, and a small generator of numbers.

/// splitmix64: the whole region comes from one seed, on every machine and in every version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Dice of their own for each thing: the same seed and path always fall the same way, whatever
    /// else is drawn.
    pub(crate) fn of(seed: u64, path: &[u64]) -> Self {
        let mut dice = Self(seed);
        for step in path {
            dice.0 = dice.next() ^ step.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        }
        dice
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to `sides` - 1; 0 when there are none.
    pub(crate) fn below(&mut self, sides: u64) -> u64 {
        self.next().checked_rem(sides).unwrap_or(0)
    }

    /// Whether a chance of so many in a hundred falls.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of some things, if there are any.
    pub(crate) fn one_of<'t, T>(&mut self, things: &'t [T]) -> Option<&'t T> {
        let at = self.below(u64::try_from(things.len()).unwrap_or(0));
        things.get(usize::try_from(at).unwrap_or(0))
    }

    /// One of a list, empty when there is none.
    pub(crate) fn pick(&mut self, words: &[&'static str]) -> &'static str {
        let at = self.below(u64::try_from(words.len()).unwrap_or(0));
        words
            .get(usize::try_from(at).unwrap_or(0))
            .copied()
            .unwrap_or_default()
    }
}

#[rustfmt::skip]
const GIRLS: [&str; 64] = [
    "Adèle", "Agathe", "Alix", "Ambre", "Anaëlle", "Anne-Lise", "Apolline", "Aurore", "Azélie", "Bérénice",
    "Capucine", "Céleste", "Chloé", "Clémence", "Colombe", "Coralie", "Daphné", "Diane", "Éléa", "Élise",
    "Éloïse", "Émeline", "Esther", "Eulalie", "Fanny", "Flore", "Gaëlle", "Garance", "Héloïse", "Inès",
    "Iris", "Jeanne", "Joséphine", "Kenza", "Léonie", "Lilou", "Lina", "Louane", "Louise", "Lucie",
    "Maëlle", "Marie-Ange", "Mathilde", "Mélusine", "Nina", "Noémie", "Océane", "Ondine", "Pénélope", "Philippine",
    "Romane", "Rosalie", "Salomé", "Sibylle", "Solène", "Suzanne", "Thaïs", "Valentine", "Victoire", "Violette",
    "Yaël", "Yasmine", "Zélie", "Zoé",
];

#[rustfmt::skip]
const BOYS: [&str; 64] = [
    "Achille", "Adrien", "Alban", "Amir", "Anatole", "André", "Antonin", "Armand", "Aubin", "Augustin",
    "Aurèle", "Basile", "Benoît", "Blaise", "Brice", "Célestin", "Clément", "Côme", "Cyprien", "Désiré",
    "Édouard", "Élio", "Eliott", "Émile", "Étienne", "Fabien", "Félix", "Florent", "Gaspard", "Gaël",
    "Hippolyte", "Honoré", "Ilan", "Jean-Loup", "Joachim", "Joël", "Jules", "Kylian", "Lazare", "Léandre",
    "Loïc", "Lubin", "Maël", "Malo", "Marceau", "Matéo", "Maxence", "Mehdi", "Naël", "Noé",
    "Octave", "Oscar", "Paul-Émile", "Quentin", "Raphaël", "Rayan", "Rémi", "Sacha", "Samuel", "Théo",
    "Timothée", "Ulysse", "Victor", "Yanis",
];

#[rustfmt::skip]
const STEMS: [&str; 56] = [
    "AUBR", "BALM", "BARD", "BELV", "BERL", "BOURN", "BRAN", "BRET", "CADR", "CHANTR", "CHAUV", "CLERM",
    "CORB", "COURS", "CRÉV", "DALM", "DORV", "ÉPERN", "ESCAR", "FAUV", "FERR", "FLAM", "FORTR", "GALV",
    "GARD", "GERB", "GRAND", "GUÉR", "HAUTR", "JARN", "JOLIV", "LAMB", "LANDR", "LESP", "LOUV", "MALV",
    "MARCH", "MERL", "MONTR", "NOIRT", "ORMESS", "PELL", "PIERR", "QUINT", "RAVEN", "ROCH", "SAUV", "SERV",
    "TALM", "THOR", "TRÉV", "VALD", "VAUCR", "VERL", "VILL", "YVR",
];

#[rustfmt::skip]
const ENDS: [&str; 40] = [
    "AC", "AGNE", "AIN", "AINE", "ANDE", "ARD", "AUD", "AY", "EAU", "EL", "ELLE", "ENÇON", "ERIE", "ET",
    "EUIL", "EUX", "EZ", "IER", "IÈRE", "IGNY", "IN", "INEAU", "IOT", "ISSE", "IVAL", "OIRE", "OIS", "OISEL",
    "OLLES", "ON", "ONNET", "ORGE", "OT", "OULT", "OUX", "UAULT", "UCHET", "URIER", "USSON", "UY",
];

const STREETS: [&str; 12] = [
    "DES TILLEULS",
    "DU MOULIN",
    "DE L'ÉTANG",
    "DES ACACIAS",
    "DU LAVOIR",
    "DES ÉCOLES",
    "DE LA FONTAINE",
    "DU PRESSOIR",
    "DES VIGNES",
    "DE LA GARE",
    "DU CLOS",
    "DES LILAS",
];

/// Invented towns.
pub(crate) const TOWNS: [&str; 24] = [
    "VALSÈRE",
    "ROCHELUNE",
    "MONTCLAIR-SUR-ORNE",
    "SAINT-AUBRAC",
    "BELLERIVE-LE-HAUT",
    "ARGENVAL",
    "LA FERTÉ-BRUNE",
    "PONT-DE-LIRE",
    "VERNOUX-L'ÉTANG",
    "CHAMPFLEUR",
    "GRANDVAUX",
    "SAULCY-LES-BOIS",
    "AIGREMARE",
    "TROISFONTS",
    "NEUVY-LE-SEC",
    "COURBESSAC",
    "L'ORMEVILLE",
    "HAUTEROCHE",
    "BRUYÈRES-EN-LUZE",
    "MALVOISY",
    "SAINTE-ODE",
    "FONTARCE",
    "VILLEBRUME",
    "MARSAILLES",
];

/// People and things after whom establishments are named; nobody in particular.
pub(crate) const PATRONS: [&str; 24] = [
    "DES TILLEULS",
    "ODETTE VERLANDE",
    "DU VAL D'ORNE",
    "ARMAND CREVOISIER",
    "LES DEUX RIVES",
    "HÉLOÏSE BRANTEL",
    "DE L'ÉTANG NEUF",
    "JEAN-ROC D'ARBELLE",
    "SAINT-ÉLOI DU BOIS",
    "MARGUERITE FAUVEL",
    "DU PRÉ AUX CLERCS",
    "LÉONCE GALVARIN",
    "DES HAUTES TERRES",
    "ÉMILIE DORVAULT",
    "LA PASTOURELLE",
    "THÉODORE MONTREUIL-LARGE",
    "DES SOURCES",
    "ADÈLE QUINTARD",
    "DU GRAND PIN",
    "BLAISE ORMESSY",
    "DE LA VALLÉE",
    "SIMONE LANDRIEUX",
    "ANSELME ROCHEBOIS",
    "DES REMPARTS",
];

/// A first name.
pub(crate) fn first_name(dice: &mut Dice, girl: bool) -> &'static str {
    dice.pick(if girl { &GIRLS } else { &BOYS })
}

/// A family name, upper case as feeds write it; some have a particle, some are double.
pub(crate) fn last_name(dice: &mut Dice) -> String {
    let one = |dice: &mut Dice| format!("{}{}", dice.pick(&STEMS), dice.pick(&ENDS));
    let name = one(dice);
    match dice.below(40) {
        0 => format!("DE {name}"),
        1 if name.starts_with(['A', 'E', 'É', 'O', 'H']) => format!("D'{name}"),
        2 => format!("LE {name}"),
        3 | 4 => format!("{name}-{}", one(dice)),
        _ => name,
    }
}

/// Number and street.
pub(crate) fn street(dice: &mut Dice) -> String {
    format!("{} RUE {}", 1 + dice.below(99), dice.pick(&STREETS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_same_path_falls_the_same_way() {
        let mut one = Dice::of(1, &[2, 3]);
        let mut same = Dice::of(1, &[2, 3]);
        let mut other = Dice::of(1, &[3, 2]);
        let (a, b, c) = (one.next(), same.next(), other.next());
        assert_eq!(a, b);
        assert_ne!(a, c);
    }

    #[test]
    fn names_are_many_and_some_have_accents_hyphens_and_apostrophes() {
        let mut dice = Dice::of(7, &[]);
        let names: BTreeSet<String> = (0..4000).map(|_| last_name(&mut dice)).collect();
        assert!(names.len() > 1500);
        for mark in ['É', '-', '\'', ' '] {
            assert!(names.iter().any(|name| name.contains(mark)), "{mark}");
        }
    }
}
