//! What the end of a school year ends besides classes, in memory.

use super::feed_stage::Staged;
use super::records::State;
use portique_domain::Timestamp;
use portique_domain::identity::Uai;
use portique_domain::resource::{Affectation, AffectationTarget};
use std::collections::BTreeSet;

fn of_a_class(one: &Affectation) -> bool {
    matches!(one.target, AffectationTarget::Class(_))
}

impl State {
    /// Takes back every live affectation to a class, of subscriptions that are not over.
    pub(super) fn end_class_rights(&mut self, staged: &Staged, now: Timestamp) {
        let held = |id: &str| {
            let mut held = staged.held.iter();
            held.any(|it| !it.category.is_people() && it.id == id)
        };
        let sites = staged.establishments.iter();
        let sites = sites.filter(|site| !held(&site.key.id));
        let uais: BTreeSet<Uai> = sites.filter_map(|site| site.uai.clone()).collect();
        for (id, given) in &mut self.affectations {
            let subscription = &self.subscriptions[id];
            if !uais.contains(&subscription.uai) || subscription.to <= now {
                continue;
            }
            let live = given.iter_mut().filter(|it| it.revoked_at.is_none());
            for one in live.filter(|it| of_a_class(it)) {
                one.revoked_at = Some(now);
            }
        }
    }

    /// Gives back what was taken then, unless it was given anew since.
    pub(super) fn give_back_class_rights(&mut self, at: Option<Timestamp>) {
        for given in self.affectations.values_mut() {
            let live = given.iter().filter(|it| it.revoked_at.is_none());
            let live: Vec<AffectationTarget> = live.map(|it| it.target.clone()).collect();
            for one in given.iter_mut().filter(|it| of_a_class(it)) {
                if one.revoked_at == at && !live.contains(&one.target) {
                    one.revoked_at = None;
                }
            }
        }
    }
}
