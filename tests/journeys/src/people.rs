//! What people do, step by step as they see it.

use crate::{Answer, Browser, World};
use portique_demo::Member;
use portique_domain::identity::{Login, PersonId, SourceKey, SourceName};
use portique_domain::rights::{Action, AdminGrant};
use portique_domain::session::DeviceClass;
use portique_journeys::Visit;
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
