//! What people do, step by step as they see it.

use crate::{Answer, Browser, World};
use portique_demo::Member;
use portique_domain::charter::{CharterSection, Language};
use portique_domain::identity::{Login, Names, PersonId, Profile, SourceKey, SourceName};
use portique_domain::rights::{Action, AdminGrant, Perimeter};
use portique_domain::session::DeviceClass;
use portique_journeys::admin::{InvitationDraft, PeopleQuery, PersonRow};
use portique_journeys::{CharterDraft, TextDraft, Visit};
use portique_store::PageSize;
use portique_store::journal::JournalQuery;
use totp_rs::{Builder, Secret};

/// A password that holds for everybody.
pub const PASSWORD: &str = "xK7$qW9!vb";
/// One that holds for administrators.
pub const ADMIN_PASSWORD: &str = "vX7$qZ9!kT2&mR4?";

/// The six digits of a secret at an instant.
pub fn code_now(world: &World, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = Builder::new()
        .with_secret(secret)
        .with_account_name("a".to_owned())
        .with_issuer(None::<String>)
        .build()
        .unwrap();
    totp.generate(u64::try_from(world.now().millis() / 1000).unwrap())
        .to_string()
}

impl World {
    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.router)
    }

    /// The visit of whoever sits at the machine.
    pub fn visit(&self) -> Visit {
        Visit {
            now: self.now(),
            address: [127, 0, 0, 1].into(),
            device: DeviceClass::Machine,
            device_cookie: None,
        }
    }

    /// The person and the login of a member of the cast.
    pub async fn account(&self, member: &Member) -> (PersonId, Login) {
        let key = SourceKey {
            source: SourceName::aaf(),
            academy: member.academy,
            id: member.id.clone(),
        };
        let person = self
            .journeys
            .stores
            .people
            .person_by_key(&key)
            .await
            .unwrap()
            .unwrap();
        let account = self
            .journeys
            .stores
            .accounts
            .account(person.id)
            .await
            .unwrap()
            .unwrap();
        (person.id, account.login)
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

    /// A fresh activation code of a member.
    pub async fn code(&self, member: &Member) -> String {
        let (person, _) = self.account(member).await;
        let grant = AdminGrant::of_operator("test", Action::IssueCode);
        self.journeys
            .issue_code(&grant, person, &self.visit())
            .await
            .unwrap()
            .unwrap()
            .code
            .to_string()
    }

    /// Walks the four steps; ends signed in, on the page after the last step.
    pub async fn activate(
        &self,
        browser: &mut Browser,
        member: &Member,
        birth: portique_domain::CivilDate,
    ) -> Answer {
        let (_, login) = self.account(member).await;
        let code = self.code(member).await;
        let answer = show_code(browser, login.as_str(), &code, birth).await;
        self.finish_activation(browser, answer).await
    }

    /// The steps after the code.
    pub async fn finish_activation(&self, browser: &mut Browser, answer: Answer) -> Answer {
        let (page, path) = browser.follow(answer).await;
        assert!(
            path.starts_with("/activate/confirm"),
            "{path}: {}",
            page.body
        );
        let answer = browser
            .post(
                "/activate/confirm",
                &[
                    ("flow", &page.field("flow")),
                    ("csrf", &page.field("csrf")),
                    ("answer", "yes"),
                ],
            )
            .await;
        let (page, path) = browser.follow(answer).await;
        assert!(path.starts_with("/charter"), "{path}");
        let answer = accept(browser, &page).await;
        let (page, path) = browser.follow(answer).await;
        assert!(path.starts_with("/activate/password"), "{path}");
        let fields = [("flow", page.field("flow")), ("csrf", page.field("csrf"))];
        let answer = browser
            .post(
                "/activate/password",
                &[
                    ("flow", &fields[0].1),
                    ("csrf", &fields[1].1),
                    ("password", PASSWORD),
                ],
            )
            .await;
        browser.follow(answer).await.0
    }

    /// A browser with a member of the cast in it, who has just activated her account.
    pub async fn pupil_in(&self) -> Browser {
        self.member_in(
            &self.cast.pupil.clone(),
            self.cast.pupil.birth_date.unwrap(),
        )
        .await
    }

    /// As [`World::pupil_in`], for the parent.
    pub async fn parent_in(&self) -> Browser {
        let parent = self.cast.parent.clone();
        self.member_in(&parent.person, parent.children[0].birth_date.unwrap())
            .await
    }

    /// As [`World::pupil_in`], for the teacher.
    pub async fn teacher_in(&self) -> Browser {
        self.member_in(
            &self.cast.teacher.clone(),
            self.cast.teacher.birth_date.unwrap(),
        )
        .await
    }

    /// A browser with somebody in it.
    pub async fn member_in(&self, member: &Member, birth: portique_domain::CivilDate) -> Browser {
        let mut browser = self.browser();
        let page = self.activate(&mut browser, member, birth).await;
        assert_eq!(page.status, 200, "{}", page.body);
        browser
    }

    /// A browser with an administrator in it, who may do everything within a perimeter.
    pub async fn admin_in(&self, last: &str, perimeter: Perimeter) -> Browser {
        let mut browser = self.browser();
        self.administrator(&mut browser, last, perimeter, &Action::ALL)
            .await;
        browser
    }

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
            title: format!("{title} {words}"),
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

    /// Types login and password; the answer is not followed.
    pub async fn knock(&self, browser: &mut Browser, login: &str, password: &str) -> Answer {
        let page = browser.get("/login/eleve").await;
        browser
            .step(
                &page,
                "/login",
                &[("username", login), ("password", password)],
            )
            .await
    }

    /// Signs in with a password; follows to the page after.
    pub async fn sign_in(
        &self,
        browser: &mut Browser,
        login: &str,
        password: &str,
    ) -> (Answer, String) {
        let page = browser.get("/login/eleve").await;
        let answer = browser
            .post(
                "/login",
                &[
                    ("flow", &page.field("flow")),
                    ("csrf", &page.field("csrf")),
                    ("username", login),
                    ("password", password),
                ],
            )
            .await;
        browser.follow(answer).await
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
        let secret = page.text("[data-secret]");
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
}

/// Types login, code and birth date.
pub async fn show_code(
    browser: &mut Browser,
    login: &str,
    code: &str,
    birth: portique_domain::CivilDate,
) -> Answer {
    let page = browser.get("/activate").await;
    let (year, month, day) = birth.parts();
    browser
        .post(
            "/activate",
            &[
                ("flow", &page.field("flow")),
                ("csrf", &page.field("csrf")),
                ("username", login),
                ("code", code),
                ("birth_day", &day.to_string()),
                ("birth_month", &month.to_string()),
                ("birth_year", &year.to_string()),
            ],
        )
        .await
}

/// Ticks the box and accepts.
pub async fn accept(browser: &mut Browser, page: &Answer) -> Answer {
    browser
        .post(
            "/charter",
            &[
                ("flow", &page.field("flow")),
                ("csrf", &page.field("csrf")),
                ("digest", &page.field("digest")),
                ("accept", "on"),
            ],
        )
        .await
}
