use super::*;
use portique_domain::Timestamp;

const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

/// Somebody who logged in then, with nothing more to do.
const fn since(seconds: i64) -> SessionFacts {
    SessionFacts {
        authenticated_at: at(seconds),
        step_pending: false,
    }
}

/// At 1,000 seconds.
fn situation(session: impl Into<Option<SessionFacts>>, parked: Option<i64>) -> Situation {
    Situation {
        session: session.into(),
        hint: Hint::Absent,
        parked_at: parked.map(at),
        now: at(1000),
    }
}

fn decided(changes: &[(&'static str, &str)], situation: &Situation) -> Result<Outcome, Fault> {
    match decide(&checked(changes).unwrap(), situation) {
        Outcome::Redirect(error) => Err(error.fault),
        other @ (Outcome::ShowError(_) | Outcome::AskLogin(_) | Outcome::Proceed) => Ok(other),
    }
}

#[test]
fn without_a_session_the_login_is_asked_or_silence_is_kept() {
    let nobody = situation(None, None);
    assert_eq!(
        decided(&[], &nobody),
        Ok(Outcome::AskLogin(Because::NoSession))
    );
    assert_eq!(
        decided(&[("prompt", "none")], &nobody),
        Err(Fault::LoginRequired)
    );
    let somebody = situation(since(900), None);
    assert_eq!(decided(&[], &somebody), Ok(Outcome::Proceed));
    assert_eq!(
        decided(&[("prompt", "none")], &somebody),
        Ok(Outcome::Proceed)
    );
}

#[test]
fn prompt_login_wants_a_login_after_the_request_was_parked() {
    for word in ["login", "select_account", "login consent"] {
        let asked = [("prompt", word)];
        let fresh = Ok(Outcome::AskLogin(Because::NotFresh));
        assert_eq!(decided(&asked, &situation(since(999), None)), fresh);
        assert_eq!(decided(&asked, &situation(since(899), Some(900))), fresh);
        let after = situation(since(900), Some(900));
        assert_eq!(decided(&asked, &after), Ok(Outcome::Proceed));
    }
}

#[test]
fn max_age_counts_from_the_login() {
    let asked = [("max_age", "100")];
    assert_eq!(
        decided(&asked, &situation(since(900), None)),
        Ok(Outcome::Proceed)
    );
    let old = situation(since(899), None);
    assert_eq!(
        decided(&asked, &old),
        Ok(Outcome::AskLogin(Because::NotFresh))
    );
    let silent = [("max_age", "100"), ("prompt", "none")];
    assert_eq!(decided(&silent, &old), Err(Fault::LoginRequired));
    // Whoever logged in for this very request is fresh, however long the charter took her.
    assert_eq!(
        decided(&asked, &situation(since(850), Some(840))),
        Ok(Outcome::Proceed)
    );
    assert_eq!(
        decided(&asked, &situation(since(850), Some(860))),
        Ok(Outcome::AskLogin(Because::NotFresh))
    );
    let longest = [("max_age", "18446744073709551615")];
    assert_eq!(
        decided(&longest, &situation(since(0), None)),
        Ok(Outcome::Proceed)
    );
}

#[test]
fn max_age_zero_is_prompt_login() {
    let asked = [("max_age", "0")];
    assert_eq!(
        decided(&asked, &situation(since(1000), None)),
        Ok(Outcome::AskLogin(Because::NotFresh))
    );
    assert_eq!(
        decided(&asked, &situation(since(990), Some(980))),
        Ok(Outcome::Proceed)
    );
}

#[test]
fn a_step_to_do_is_interaction_required_in_silence() {
    let session = SessionFacts {
        step_pending: true,
        ..since(900)
    };
    let pending = situation(session, None);
    assert_eq!(
        decided(&[], &pending),
        Ok(Outcome::AskLogin(Because::StepPending))
    );
    assert_eq!(
        decided(&[("prompt", "none")], &pending),
        Err(Fault::InteractionRequired)
    );
    // Nor does a resumed request pass by it (house §4.4).
    let resumed = situation(session, Some(890));
    assert_eq!(
        decided(&[], &resumed),
        Ok(Outcome::AskLogin(Because::StepPending))
    );
}

#[test]
fn a_hint_for_somebody_else_asks_once_and_then_refuses() {
    let hinted = |hint, session: Option<SessionFacts>, parked| Situation {
        hint,
        ..situation(session, parked)
    };
    let none = [("prompt", "none")];
    let same = hinted(Hint::Same, Some(since(900)), None);
    assert_eq!(decided(&none, &same), Ok(Outcome::Proceed));
    let other = hinted(Hint::Other, Some(since(900)), None);
    assert_eq!(decided(&none, &other), Err(Fault::LoginRequired));
    assert_eq!(
        decided(&[], &other),
        Ok(Outcome::AskLogin(Because::AnotherPerson))
    );
    let back = hinted(Hint::Other, Some(since(900)), Some(900));
    assert_eq!(decided(&[], &back), Err(Fault::LoginRequired));
    for session in [None, Some(since(900))] {
        let broken = hinted(Hint::Broken, session, None);
        assert_eq!(decided(&[], &broken), Err(Fault::Hint));
    }
}

#[test]
fn refusals_become_pages_or_redirects() {
    let page = Outcome::from(Refusal::Page(PageError::Client));
    assert_eq!(page, Outcome::ShowError(PageError::Client));
    let refusal = checked(&[("scope", "x")]).unwrap_err();
    assert!(matches!(Outcome::from(refusal), Outcome::Redirect(_)));
}
