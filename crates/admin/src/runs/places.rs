//! What changes establishment by establishment: sorted, a page at a time.

use super::{as_is, category, sum, with};
use portique_feed::plan::{Counts, EstablishmentPlan, Guard};
use portique_ui::Page;
use portique_ui::words::Text;

/// Establishments of a page.
const PAGE: usize = 50;

/// How they are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Order {
    /// Those that would lose the largest share of their people first.
    #[default]
    Shrinkage,
    /// By name.
    Name,
    /// By UAI.
    Uai,
}

impl Order {
    pub(super) const ALL: [Self; 3] = [Self::Shrinkage, Self::Name, Self::Uai];

    /// Its word in addresses and keys of messages.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Shrinkage => "shrinkage",
            Self::Name => "name",
            Self::Uai => "uai",
        }
    }

    pub(super) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.word() == word)
    }
}

/// One profile of one establishment.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) uai: String,
    pub(super) category: Text,
    /// Where its people are listed; nothing where nobody changes, or for establishments themselves.
    pub(super) href: Option<String>,
    pub(super) held: bool,
    /// Percent of those who were here and leave.
    pub(super) share: u64,
    pub(super) counts: Counts,
}

/// A page of them.
pub(super) struct Places {
    pub(super) rows: Vec<Row>,
    /// How many establishments there are in all.
    pub(super) all: usize,
    pub(super) order: Order,
    /// From, to: establishments of this page.
    pub(super) span: (usize, usize),
    pub(super) before: Option<String>,
    pub(super) next: Option<String>,
}

/// Percent of those known here who leave. Who moved in was elsewhere; who moved out is counted where she is.
pub(super) fn share(counts: &Counts) -> u64 {
    let known = counts.left + counts.updated + counts.unchanged + counts.held;
    (counts.left * 100).checked_div(known).unwrap_or(0)
}

fn people(place: &EstablishmentPlan) -> Counts {
    sum(place
        .categories
        .iter()
        .filter(|one| one.category != "EtabEducNat"))
}

fn sorted(all: &[EstablishmentPlan], order: Order) -> Vec<&EstablishmentPlan> {
    let mut places: Vec<&EstablishmentPlan> = all.iter().collect();
    match order {
        Order::Shrinkage => places.sort_by_key(|place| {
            let counts = people(place);
            core::cmp::Reverse((share(&counts), counts.left))
        }),
        Order::Name => places.sort_by(|one, other| one.name.cmp(&other.name)),
        Order::Uai => places.sort_by(|one, other| one.uai.cmp(&other.uai)),
    }
    places
}

/// Whether a guard that holds speaks of this establishment.
fn is_held(place: &EstablishmentPlan, held: &[Guard]) -> bool {
    held.iter().any(|guard| {
        let by_id = !place.id.is_empty() && guard.establishment == place.id;
        by_id || (!place.uai.is_empty() && guard.scope == place.uai)
    })
}

/// One page, from 1 on; beyond the end there is the last one.
pub(super) fn page(
    p: &Page,
    base: &str,
    all: &[EstablishmentPlan],
    held: &[Guard],
    (order, number): (Order, usize),
) -> Places {
    let pages = all.len().div_ceil(PAGE).max(1);
    let number = number.clamp(1, pages);
    let first = (number - 1) * PAGE;
    let places = sorted(all, order);
    let shown = places.iter().skip(first).take(PAGE);
    let mut rows = Vec::new();
    for place in shown.clone() {
        let held = is_held(place, held);
        for one in &place.categories {
            let counts = one.counts;
            let changes = counts.created
                + counts.updated
                + counts.moved
                + counts.left
                + counts.returned
                + counts.held;
            let people = one.category != "EtabEducNat" && !place.id.is_empty();
            rows.push(Row {
                name: place.name.clone(),
                uai: place.uai.clone(),
                category: category(p, &one.category),
                href: (people && changes > 0).then(|| changes_of(base, &place.id, &one.category)),
                held,
                share: share(&counts),
                counts,
            });
        }
    }
    let to = |number: usize| {
        let number = number.to_string();
        let query = [("sort", order.word()), ("page", number.as_str())];
        format!("{}#parecole", with(base, &query))
    };
    Places {
        rows,
        all: all.len(),
        order,
        span: (first + usize::from(!all.is_empty()), first + shown.count()),
        before: (number > 1).then(|| to(number - 1)),
        next: (number < pages).then(|| to(number + 1)),
    }
}

/// Address of the list of those who change.
pub(super) fn changes_of(base: &str, site: &str, category: &str) -> String {
    let query = [("site", site), ("category", category)];
    with(&format!("{base}/changes"), &query)
}

/// The name of an establishment by its id at the source, as the plan says it.
pub(super) fn name_of(all: &[EstablishmentPlan], site: &str) -> Text {
    let place = all.iter().find(|place| place.id == site);
    as_is(match place {
        Some(place) if place.uai.is_empty() => place.name.clone(),
        Some(place) => format!("{} ({})", place.name, place.uai),
        None => site.to_owned(),
    })
}
