//! Guards that hold: those that speak of the whole delivery, and those of single establishments, a page at a
//! time.

use super::with;
use portique_feed::plan::{Guard, Holds};

/// Guards of a page.
const PAGE: usize = 50;

/// Guards of single establishments.
pub(super) struct Sites {
    pub(super) rows: Vec<Guard>,
    pub(super) all: usize,
    /// From, to.
    pub(super) span: (usize, usize),
    pub(super) before: Option<String>,
    pub(super) next: Option<String>,
}

/// Those of the whole, then a page of those of establishments, from 1 on.
pub(super) fn split(held: Vec<Guard>, base: &str, number: usize) -> (Vec<Guard>, Sites) {
    let (sites, wide): (Vec<Guard>, Vec<Guard>) = held
        .into_iter()
        .partition(|guard| guard.holds == Holds::Establishment);
    let all = sites.len();
    let pages = all.div_ceil(PAGE).max(1);
    let number = number.clamp(1, pages);
    let first = (number - 1) * PAGE;
    let rows: Vec<Guard> = sites.into_iter().skip(first).take(PAGE).collect();
    let to = |number: usize| {
        let query = [("guards", number.to_string())];
        let query = query
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        format!("{}#retenus", with(base, &query))
    };
    let sites = Sites {
        span: (first + 1, first + rows.len()),
        rows,
        all,
        before: (number > 1).then(|| to(number - 1)),
        next: (number < pages).then(|| to(number + 1)),
    };
    (wide, sites)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(number: usize, holds: Holds) -> Guard {
        Guard {
            scope: format!("{number}"),
            holds,
            ..Guard::default()
        }
    }

    #[test]
    fn those_of_establishments_are_paged_and_the_others_stand_first() {
        let mut held: Vec<Guard> = (0..101).map(|at| guard(at, Holds::Establishment)).collect();
        held.push(guard(7, Holds::Departures));
        let (wide, sites) = split(held.clone(), "/x", 1);
        assert_eq!((wide.len(), sites.rows.len(), sites.all), (1, 50, 101));
        assert_eq!(sites.before, None);
        assert_eq!(sites.next.as_deref(), Some("/x?guards=2#retenus"));
        let (_, last) = split(held, "/x", 99);
        assert_eq!((last.span, last.rows.len()), ((101, 101), 1));
        assert_eq!(
            (last.before.as_deref(), last.next),
            (Some("/x?guards=2#retenus"), None)
        );
    }
}
