//! What the office does: administrators, charters, lists, the access log.

use crate::people::{ADMIN_PASSWORD, accept, code_now};
use crate::{Browser, World};
use portique_domain::charter::{CharterSection, Language};
use portique_domain::identity::{Names, PersonId, Profile};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_journeys::admin::{InvitationDraft, PeopleQuery, PersonRow, RunRow};
use portique_journeys::{CharterDraft, TextDraft};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;

impl World {
    /// The people within a perimeter, at most 200.
    pub async fn people_of(&self, perimeter: Perimeter, prefix: &str) -> Vec<PersonRow> {
        let query = PeopleQuery {
            reach: vec![perimeter],
            prefix: prefix.to_owned(),
            profile: None,
            state: None,
            establishment: None,
            after: None,
            size: PageSize::clamped(200),
        };
        self.journeys
            .stores
            .people
            .people(&query)
            .await
            .unwrap()
            .rows
    }

    /// Publishes a new version of a charter in two languages, in force at once.
    pub async fn publish(&self, name: &str, profiles: &[Profile], words: &str) {
        let text = |language, title: &str| TextDraft {
            language,
            title: format!("{title} {words} ({name})"),
            short: vec![format!("{title} {words}, en bref.")],
            full: vec![CharterSection {
                heading: "1".into(),
                paragraphs: vec![words.to_owned()],
            }],
        };
        let draft = CharterDraft {
            name: name.into(),
            profiles: profiles.to_vec(),
            effective_at: None,
            texts: vec![
                text(Language::French, "Charte"),
                text(Language::English, "Charter"),
            ],
        };
        let grant = AdminGrant::of_operator("test", Action::PublishCharter);
        self.journeys
            .publish_charter(&grant, draft, self.now())
            .await
            .unwrap()
            .unwrap();
    }

    /// New versions for everybody.
    pub async fn publish_all(&self, words: &str) {
        let (staff, users): (Vec<Profile>, Vec<Profile>) = Profile::ALL
            .into_iter()
            .partition(|profile| profile.is_staff());
        self.publish("usagers", &users, words).await;
        self.publish("personnels", &staff, words).await;
    }

    /// Waits until all that was noted so far is in the access log.
    pub async fn settle(&self) {
        let grant = AdminGrant::of_operator("test", Action::ReadJournal);
        let query = JournalQuery::default();
        let size = PageSize::clamped(1);
        self.journeys
            .search_journal(&grant, query, size, self.now())
            .await
            .unwrap();
    }

    /// Invites an administrator and walks her in: charter, password, second factor. Gives her login and
    /// the secret of her second factor.
    pub async fn administrator(
        &self,
        browser: &mut Browser,
        last: &str,
        perimeter: Perimeter,
        actions: &[Action],
    ) -> (String, String) {
        let draft = InvitationDraft {
            names: Names {
                first: "Ada".into(),
                last: last.into(),
                birth: String::new(),
            },
            login: None,
            perimeter,
            actions: actions.to_vec(),
            reason: "test".into(),
            duration: core::time::Duration::from_hours(24 * 30),
        };
        let grant = AdminGrant::of_operator("test", Action::Grant);
        let (link, invitation) = self
            .journeys
            .invite_admin(&grant, draft, self.now())
            .await
            .unwrap();
        let path = link.strip_prefix("https://ent.example").unwrap().to_owned();
        let page = browser.get(&path).await;
        let secret = page.field("secret");
        let answer = browser
            .post(
                "/invitation",
                &[
                    ("flow", &page.field("flow")),
                    ("csrf", &page.field("csrf")),
                    ("secret", &secret),
                ],
            )
            .await;
        let (page, path) = browser.follow(answer).await;
        assert!(path.starts_with("/charter"), "{path}: {}", page.body);
        let answer = accept(browser, &page).await;
        let (page, _) = browser.follow(answer).await;
        let answer = browser
            .post(
                "/activate/password",
                &[
                    ("flow", &page.field("flow")),
                    ("csrf", &page.field("csrf")),
                    ("password", ADMIN_PASSWORD),
                ],
            )
            .await;
        let (page, path) = browser.follow(answer).await;
        assert!(
            path.starts_with("/second-factor/enrol"),
            "{path}: {}",
            page.body
        );
        let secret = page.text("[aria-labelledby=cle]");
        let code = code_now(self, &secret);
        let answer = browser
            .post(
                "/second-factor/enrol",
                &[
                    ("flow", &page.field("flow")),
                    ("csrf", &page.field("csrf")),
                    ("code", &code),
                ],
            )
            .await;
        browser.follow(answer).await;
        (invitation.login.as_str().to_owned(), secret)
    }

    /// A browser with an administrator in it, who may do everything within a perimeter.
    pub async fn admin_in(&self, last: &str, perimeter: Perimeter) -> Browser {
        let mut browser = self.browser();
        self.administrator(&mut browser, last, perimeter, &Action::ALL)
            .await;
        browser
    }

    /// What the access log holds about a person: event and phase.
    pub async fn events_of(&self, person: PersonId) -> Vec<String> {
        // Searching records itself first, so what was noted before is written by then.
        let query = JournalQuery {
            person: Some(person),
            ..JournalQuery::default()
        };
        let grant = AdminGrant::of_operator("test", Action::ReadJournal);
        let page = self
            .journeys
            .search_journal(&grant, query, PageSize::clamped(200), self.now())
            .await
            .unwrap();
        page.rows
            .iter()
            .map(|event| format!("{} {}", event.code.code(), event.phase.code()))
            .collect()
    }

    /// Who an account belongs to.
    pub async fn owner(&self, login: &str) -> PersonId {
        let login = login.parse().unwrap();
        let found = self.journeys.stores.accounts.account_by_login(&login).await;
        found.unwrap().unwrap().person
    }

    /// All runs, read by whoever runs the machine.
    pub async fn runs(&self) -> Vec<RunRow> {
        let grant = AdminGrant::of_operator("test", Action::ReadFeeds);
        let size = PageSize::clamped(200);
        self.journeys
            .list_runs(&grant, None, None, size)
            .await
            .unwrap()
            .rows
    }
}
