//! Deliveries that wait to be applied.

use crate::World;
use crate::world::{Delivery, deliveries};
use portique_demo::Region;
use portique_domain::rights::{Action, AdminGrant};
use portique_journeys::admin::{PlanId, StoredPlan};
use portique_journeys::{FeedOptions, Planned};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is done to the files of a delivery before it is planned.
pub type Edit = fn(&mut BTreeMap<String, Vec<u8>>);

impl World {
    /// Plans the deliveries of the day after, one an academy, as whoever runs the machine.
    pub async fn plan_next_day(&self) -> Vec<StoredPlan> {
        let region = Region::new(7, self.options.persons).next_day();
        let mut plans = Vec::new();
        for delivery in deliveries(&region, 2) {
            let plan = self.planned(delivery).await;
            plans.push(self.stored(plan).await);
        }
        plans
    }

    /// Plans the delivery of the day after of one academy, edited.
    pub async fn plan_edited(&self, academy: &str, edit: Edit) -> StoredPlan {
        let region = Region::new(7, self.options.persons).next_day();
        let number = academy.trim_start_matches('0');
        let mut all = deliveries(&region, 2).into_iter();
        let mut delivery = all
            .find(|files| {
                files
                    .keys()
                    .any(|name| name.contains(&format!("ENT{number}_")))
            })
            .unwrap();
        edit(&mut delivery);
        let plan = self.planned(delivery).await;
        self.stored(plan).await
    }

    /// A plan as it stands.
    pub async fn stored(&self, plan: PlanId) -> StoredPlan {
        let grant = AdminGrant::of_operator("test", Action::ReadFeeds);
        self.journeys.plan_file(&grant, plan).await.unwrap()
    }

    async fn planned(&self, delivery: BTreeMap<String, Vec<u8>>) -> PlanId {
        let grant = AdminGrant::of_operator("test", Action::RunFeeds);
        let planned = self.journeys.plan_feed(
            &grant,
            Arc::new(Delivery(delivery)),
            FeedOptions::default(),
            Arc::new(|_: &str, _: u64, _: u64| {}),
            self.now(),
        );
        match planned.await.unwrap() {
            Planned::Plan(id, _) => id,
            Planned::Refused(findings) => panic!("{findings:?}"),
        }
    }
}
