//! Deliveries that are laid into a folder, or onto a server, and found there.

use super::{ABANDONED, LATER, SOON, Wish, due, look, next_look, take_up};
use crate::chance::SystemClock;
use crate::commands::feed_generate::write_region;
use crate::folder::{DataFolder, Hold};
use crate::settings::{Feeds, Settings, SourceSection};
use crate::wiring::{App, wire};
use portique_domain::{CivilDate, Timestamp};
use portique_jose::seal::SealingKey;
use portique_store::records::{Fate, LookState, SourceDelivery, SourceLook};
use portique_testkit::sshd::SshServer;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A gateway on a folder of its own, and a folder that is watched.
struct House {
    app: Arc<App>,
    base: PathBuf,
}

impl Drop for House {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.base).unwrap_or_default();
    }
}

async fn house(academy: &str, apply: &str, from: &str) -> House {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("portique-sources-{}-{number}", std::process::id());
    let base = std::env::temp_dir().join(name);
    std::fs::create_dir_all(base.join("in")).unwrap();
    let text = format!(
        "[[sources]]\nid = \"region\"\nlabel = \"Annuaire\"\nacademie = \"{academy}\"\n\
         apply = \"{apply}\"\nevery = 60\nsettle_seconds = 1\n\
         {from}\n[sources.owner]\norganisation = \"Rectorat\"\ncontact = \"a@b.example\"\n",
    );
    let feeds: Feeds = toml::from_str(&text).unwrap();
    feeds.check().unwrap();
    let mut settings: Settings =
        toml::from_str(include_str!("../../../../config/portique.toml")).unwrap();
    settings.feeds.sources = feeds.sources;
    if let Some(watch) = &mut settings.feeds.sources[0].watch {
        *watch = base.join(&watch);
    }
    settings.data.folder = base.join("data");
    let Hold::Ours(folder) = DataFolder::hold(&settings.data.folder).unwrap() else {
        panic!("the folder is taken");
    };
    let root = SealingKey::new(&[5; 32]).unwrap();
    let app = Box::pin(wire(settings, folder, &root, Arc::new(SystemClock)));
    House {
        app: Arc::new(app.await.unwrap()),
        base,
    }
}

async fn watching(academy: &str, apply: &str) -> House {
    house(academy, apply, "watch = \"in\"").await
}

impl House {
    fn source(&self) -> &SourceSection {
        &self.app.settings.feeds.sources[0]
    }

    fn inbox(&self) -> PathBuf {
        self.base.join("in")
    }

    async fn looked(&self) -> super::Looked {
        look(&self.app, self.source(), Wish::New).await.unwrap()
    }

    /// A look that brings one delivery and nothing that is wrong.
    async fn one(&self) -> SourceDelivery {
        let mut looked = self.looked().await;
        assert_eq!(
            (looked.taken.len(), looked.problems.as_slice()),
            (1, [].as_slice())
        );
        looked.taken.remove(0)
    }

    async fn generation(&self) -> u64 {
        self.app.journeys.stores.feeds.generation().await.unwrap()
    }

    /// An archive of an invented academy in a folder, under a name.
    fn archive(&self, into: &Path, name: &str, seed: u64) {
        let region = self.base.join(format!("region-{seed}"));
        let date = CivilDate::new(2026, 9, 1).unwrap();
        write_region(&region, seed, 300, date).unwrap();
        let packed = Command::new("tar")
            .arg("-czf")
            .arg(into.join(name))
            .arg("-C")
            .arg(region.join("academie-091"))
            .arg(".")
            .status();
        assert!(packed.unwrap().success());
    }
}

const NAME: &str = "ENT2DVA.20260901.tgz";

#[tokio::test]
async fn an_archive_in_a_watched_folder_is_planned_once_and_stays() {
    let house = watching("091", "never").await;
    assert!(house.looked().await.taken.is_empty());
    house.archive(&house.inbox(), NAME, 1);
    let taken = house.one().await;
    assert_eq!((taken.fate, taken.problem.as_str()), (Fate::Planned, ""));
    let stored = house.app.journeys.stores.feeds.plan(taken.plan.unwrap());
    let stored = stored.await.unwrap().unwrap();
    assert_eq!(stored.asked_by.to_string(), "gateway");
    let by = stored.plan.feed.brought_by.unwrap();
    assert_eq!((by.id.as_str(), by.owner.as_str()), ("region", "Rectorat"));
    assert_eq!(house.generation().await, 0, "nothing is applied by itself");
    assert!(house.looked().await.taken.is_empty(), "once");
    std::fs::copy(house.inbox().join(NAME), house.inbox().join("again.tgz")).unwrap();
    let again = house.one().await;
    assert_eq!((again.fate, again.plan), (Fate::Same, taken.plan));
    assert!(house.inbox().join(NAME).exists());
    // A person may want it once more.
    let wished = look(&house.app, house.source(), Wish::NewestAgain).await;
    let wished = wished.unwrap().taken.remove(0);
    assert_eq!(wished.fate, Fate::Planned);
    assert_ne!(wished.plan, taken.plan);
}

#[tokio::test]
async fn a_plan_without_a_guard_is_applied_when_the_settings_say_so() {
    let house = watching("091", "when-free").await;
    house.archive(&house.inbox(), NAME, 1);
    let taken = house.one().await;
    assert_eq!((taken.fate, taken.problem.as_str()), (Fate::Applied, ""));
    assert_eq!(house.generation().await, 1);
    let stored = house.app.journeys.stores.feeds.plan(taken.plan.unwrap());
    assert_eq!(stored.await.unwrap().unwrap().applied, taken.run);
}

#[tokio::test]
async fn a_plan_that_a_guard_holds_waits_for_a_person() {
    // The files are those of académie 091.
    let house = watching("016", "when-free").await;
    house.archive(&house.inbox(), NAME, 1);
    let taken = house.one().await;
    assert_eq!(taken.fate, Fate::Held);
    assert!(taken.problem.contains("wrong_academy"), "{}", taken.problem);
    assert!(taken.plan.is_some() && taken.run.is_none());
    assert_eq!(house.generation().await, 0);
}

#[tokio::test]
async fn what_still_grows_is_taken_later_and_a_broken_one_when_it_is_whole() {
    let house = watching("091", "never").await;
    house.archive(&house.base, "whole.tgz", 1);
    let bytes = std::fs::read(house.base.join("whole.tgz")).unwrap();
    let half = bytes.get(..bytes.len() / 2).unwrap().to_vec();
    for name in [".hidden.tgz", "b.tgz.part", "b.tgz.tmp", "b.tgz.filepart"] {
        std::fs::write(house.inbox().join(name), &bytes).unwrap();
    }
    let path = house.inbox().join(NAME);
    std::fs::write(&path, &half).unwrap();
    let growing = tokio::spawn({
        let (path, longer) = (path.clone(), bytes.get(..half.len() + 9).unwrap().to_vec());
        async move {
            tokio::time::sleep(Duration::from_millis(400)).await;
            std::fs::write(path, longer).unwrap();
        }
    });
    let looked = house.looked().await;
    growing.await.unwrap();
    assert!(looked.taken.is_empty() && looked.again);
    // It stood still between two looks, and yet it is not whole.
    let refused = house.one().await;
    assert_eq!(refused.fate, Fate::Refused);
    assert!(refused.problem.contains("archive."), "{}", refused.problem);
    assert!(house.looked().await.taken.is_empty(), "not again as it is");
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(house.one().await.fate, Fate::Planned);
}

#[tokio::test]
async fn a_plain_folder_is_a_delivery_and_loose_files_are_told() {
    let house = watching("091", "never").await;
    let date = CivilDate::new(2026, 9, 1).unwrap();
    write_region(&house.base.join("region"), 1, 300, date).unwrap();
    let folder = house.inbox().join("academie-091");
    std::fs::rename(house.base.join("region/academie-091"), &folder).unwrap();
    std::fs::write(folder.join("more.xml.part"), "").unwrap();
    let looked = house.looked().await;
    assert!(looked.taken.is_empty() && looked.again, "one is on its way");
    std::fs::remove_file(folder.join("more.xml.part")).unwrap();
    let taken = house.one().await;
    assert_eq!(
        (taken.name.as_str(), taken.fate),
        ("academie-091", Fate::Planned)
    );
    std::fs::write(
        house.inbox().join("ENT_Complet_20260901_Eleve_0000.xml"),
        "",
    )
    .unwrap();
    let looked = house.looked().await;
    assert!(
        looked.problems[0].contains("loose"),
        "{:?}",
        looked.problems
    );
    assert!(looked.taken.is_empty());
}

#[tokio::test]
async fn of_three_nights_the_last_full_delivery_is_read() {
    let house = watching("091", "never").await;
    for (night, seed) in [(1, 1), (2, 2), (3, 3)] {
        house.archive(
            &house.inbox(),
            &format!("ENT2DVA-Complet.2026090{night}.tgz"),
            seed,
        );
    }
    let taken = house.looked().await.taken;
    let fates: Vec<Fate> = taken.iter().map(|one| one.fate).collect();
    assert_eq!(fates, [Fate::Superseded, Fate::Superseded, Fate::Planned]);
    assert!(house.looked().await.taken.is_empty());
}

#[tokio::test]
async fn two_looks_at_once_take_a_delivery_once() {
    let house = watching("091", "when-free").await;
    house.archive(&house.inbox(), NAME, 1);
    let (first, second) = tokio::join!(house.looked(), house.looked());
    assert_eq!(first.taken.len() + second.taken.len(), 1);
    assert_eq!(house.generation().await, 1);
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_a_problem_that_is_remembered() {
    let house = house("091", "never", "watch = \"nowhere\"").await;
    let looked = house.looked().await;
    assert!(
        looked.problems[0].contains("watch: "),
        "{:?}",
        looked.problems
    );
    let last = house.app.journeys.stores.sources.last_look("region");
    let last = last.await.unwrap().unwrap();
    assert_eq!(last.state, LookState::Again);
    assert!(last.problem.contains("nowhere"), "{}", last.problem);
}

#[tokio::test]
async fn the_next_look_is_that_of_the_schedule_unless_something_is_missing() {
    let house = watching("091", "never").await;
    let at = Timestamp::from_millis(1_790_000_000_000);
    let look = |state, problem: &str| SourceLook {
        source: "region".to_owned(),
        at,
        state,
        problem: problem.to_owned(),
    };
    assert_eq!(next_look(house.source(), None).unwrap(), None);
    for (last, after) in [
        (look(LookState::Done, ""), Duration::from_hours(1)),
        (look(LookState::Done, "refused"), Duration::from_hours(1)),
        (look(LookState::Again, ""), SOON),
        (look(LookState::Again, "no answer"), LATER),
        (look(LookState::Running, ""), ABANDONED),
    ] {
        let next = next_look(house.source(), Some(&last)).unwrap();
        assert_eq!(next, Some(at.plus(after)), "{last:?}");
    }
}

#[tokio::test]
async fn a_look_that_a_crash_cut_off_is_done_again_after_the_start() {
    let house = watching("091", "never").await;
    let keeper = &house.app.journeys.stores.sources;
    let begun = house.app.clock.now().minus(SOON);
    assert!(keeper.begin_look("region", None, begun).await.unwrap());
    assert!(!due(&house.app, house.source()).await.unwrap());
    take_up(&house.app, house.source()).await.unwrap();
    assert!(due(&house.app, house.source()).await.unwrap());
    house.looked().await;
    take_up(&house.app, house.source()).await.unwrap();
    assert!(!due(&house.app, house.source()).await.unwrap());
}

fn sftp(sshd: &SshServer, host_key: &str) -> String {
    format!(
        "[sources.sftp]\nhost = \"127.0.0.1\"\nport = {}\nuser = \"{}\"\nkey_file = \"{}\"\n\
         host_key = \"{host_key}\"\npath = \"{}\"",
        sshd.port(),
        sshd.user(),
        sshd.key_file().display(),
        sshd.drop_folder().display()
    )
}

fn spooled(house: &House) -> Vec<PathBuf> {
    let spool = house.base.join("data/spool/region");
    let entries = std::fs::read_dir(spool).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn a_delivery_on_a_server_is_fetched_planned_and_leaves_nothing_in_the_spool() {
    let Some(sshd) = SshServer::start() else {
        return;
    };
    let house = house("091", "when-free", &sftp(&sshd, &sshd.host_key())).await;
    house.archive(&sshd.drop_folder(), NAME, 1);
    std::fs::write(sshd.drop_folder().join("two\nlines.tgz"), "x").unwrap();
    std::fs::write(sshd.drop_folder().join("next.tgz.part"), "x").unwrap();
    let looked = house.looked().await;
    let fates: Vec<Fate> = looked.taken.iter().map(|one| one.fate).collect();
    assert_eq!(fates, [Fate::Applied]);
    assert!(
        looked.problems[0].contains("1 files have names"),
        "{:?}",
        looked.problems
    );
    assert_eq!(spooled(&house), Vec::<PathBuf>::new());
    assert!(sshd.drop_folder().join(NAME).exists());
    assert!(house.looked().await.taken.is_empty(), "once");
}

#[tokio::test]
async fn another_host_key_is_refused_told_and_not_tried_again_and_again() {
    let Some(sshd) = SshServer::start() else {
        return;
    };
    let pinned = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
    let house = house("091", "when-free", &sftp(&sshd, pinned)).await;
    house.archive(&sshd.drop_folder(), NAME, 1);
    let looked = house.looked().await;
    assert!(looked.taken.is_empty() && !looked.again);
    let told = &looked.problems[0];
    assert!(
        told.contains(&sshd.host_key()) && told.contains(pinned),
        "{told}"
    );
    assert_eq!(house.generation().await, 0);
}
