//! Two sides of a record, field by field, in words.

use super::places::name_of;
use crate::names::{Mark, profile};
use portique_feed::Fate;
use portique_feed::plan::EstablishmentPlan;
use portique_feed::staged::StagedPerson;
use portique_journeys::Change;
use portique_ui::Page;

/// How a change is shown.
pub(super) fn mark(fate: Fate) -> Mark {
    let (key, icon, tone) = match fate {
        Fate::Created => ("console-fate-created", "plus", "ok"),
        Fate::Updated => ("console-fate-updated", "refresh", "hue1"),
        Fate::Moved => ("console-fate-moved", "right", "hue1"),
        Fate::Left => ("console-fate-left", "door", "bad"),
        Fate::Returned => ("console-fate-returned", "back", "ok"),
        Fate::Unchanged => ("console-fate-unchanged", "check", "hue6"),
        Fate::Held => ("console-fate-held", "lock", "warn"),
    };
    Mark { key, icon, tone }
}

/// A field that differs, or that one side alone has.
pub(super) struct Field {
    /// Key of its name.
    pub(super) key: &'static str,
    pub(super) before: String,
    pub(super) after: String,
}

/// One change, in words.
pub(super) struct ChangeView {
    pub(super) record: String,
    /// Nothing where names are not hers to read.
    pub(super) name: Option<String>,
    /// Her page, when she has one.
    pub(super) href: Option<String>,
    pub(super) mark: Mark,
    pub(super) fields: Vec<Field>,
    /// Key of what is said instead of fields that do not change.
    pub(super) note: Option<&'static str>,
}

/// A change, as a page shows it.
pub(super) fn view(p: &Page, places: &[EstablishmentPlan], change: Change) -> ChangeView {
    let either = change.after.as_ref().or(change.before.as_ref());
    let name = either.map(|side| format!("{} {}", side.names.first, side.names.last));
    let both = fields(p, places, change.before.as_ref(), change.after.as_ref());
    let (fields, note) = match change.fate {
        // She keeps her record until it is erased: only where she is goes.
        Fate::Left => {
            let places = both
                .into_iter()
                .filter(|field| field.key == "console-field-places");
            (places.collect(), Some("console-change-leaves"))
        }
        Fate::Held => (Vec::new(), Some("console-change-aside")),
        Fate::Created | Fate::Updated | Fate::Moved | Fate::Returned | Fate::Unchanged => {
            let nothing = both.is_empty().then_some("console-change-nothing-shown");
            (both, nothing)
        }
    };
    ChangeView {
        fields,
        note,
        name: name.map(|name| name.trim().to_owned()),
        href: change.person.map(crate::people::href),
        mark: mark(change.fate),
        record: change.id,
    }
}

type Read = fn(&Page, &[EstablishmentPlan], &StagedPerson) -> String;

/// Every field that is kept, but the INE, of which only that it changed is told.
const FIELDS: [(&str, Read); 9] = [
    ("console-field-last", |_, _, side| side.names.last.clone()),
    ("console-field-first", |_, _, side| side.names.first.clone()),
    ("console-field-birth-name", |_, _, side| {
        side.names.birth.clone()
    }),
    ("console-field-title", |_, _, side| side.title.clone()),
    ("console-field-birth-date", |p, _, side| {
        side.birth_date.map(|day| p.day(day)).unwrap_or_default()
    }),
    ("console-field-mail", |_, _, side| side.mail.clone()),
    ("console-field-until", |p, _, side| {
        side.until.map(|day| p.day(day)).unwrap_or_default()
    }),
    ("console-field-places", places_of),
    ("console-field-relatives", |p, _, side| {
        let relatives = side.relatives.iter();
        let told: Vec<String> = relatives
            .map(|tie| {
                let legal = tie.legal.then(|| p.plain("console-field-legal"));
                let legal = legal.map(|word| format!(" ({word})")).unwrap_or_default();
                format!("{}{legal}", tie.relative)
            })
            .collect();
        told.join(", ")
    }),
];

fn places_of(p: &Page, places: &[EstablishmentPlan], side: &StagedPerson) -> String {
    let told: Vec<String> = side
        .places
        .iter()
        .map(|place| {
            let name = name_of(places, &place.establishment).plain;
            let mut told = format!("{name} : {}", p.plain(profile(place.profile)));
            if !place.classes.is_empty() {
                told.push_str(" – ");
                told.push_str(&place.classes.join(", "));
            }
            told
        })
        .collect();
    told.join(" ; ")
}

fn fields(
    p: &Page,
    places: &[EstablishmentPlan],
    before: Option<&StagedPerson>,
    after: Option<&StagedPerson>,
) -> Vec<Field> {
    let mut found: Vec<Field> = FIELDS
        .into_iter()
        .map(|(key, read)| Field {
            key,
            before: before.map(|side| read(p, places, side)).unwrap_or_default(),
            after: after.map(|side| read(p, places, side)).unwrap_or_default(),
        })
        .filter(|field| field.before != field.after)
        .collect();
    let ine = |side: &StagedPerson| side.ine.clone();
    let (one, other) = (before.map(ine), after.map(ine));
    if let (Some(one), Some(other)) = (one, other)
        && one != other
    {
        let told = |ine: String| {
            let key = if ine.is_empty() {
                "console-field-none"
            } else {
                "console-field-hidden"
            };
            p.plain(key)
        };
        found.push(Field {
            key: "console-field-ine",
            before: told(one),
            after: told(other),
        });
    }
    found
}
