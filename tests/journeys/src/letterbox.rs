//! A post that keeps what it is given, for tests to read.

use crate::World;
use async_trait::async_trait;
use portique_journeys::{Mail, Post, PostError};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// Mails that were handed over.
#[derive(Debug, Default)]
pub struct Letterbox {
    mails: Mutex<Vec<Mail>>,
    shut: AtomicBool,
}

#[async_trait]
impl Post for Letterbox {
    async fn send(&self, mail: Mail) -> Result<(), PostError> {
        if self.shut.load(Ordering::SeqCst) {
            return Err(PostError::Full);
        }
        self.mails.lock().unwrap().push(mail);
        Ok(())
    }

    fn is_well(&self) -> bool {
        !self.shut.load(Ordering::SeqCst)
    }
}

impl Letterbox {
    /// Takes nothing any more.
    pub fn shut(&self) {
        self.shut.store(true, Ordering::SeqCst);
    }
}

impl World {
    /// Every mail handed over since the last look, once all that was asked for has been looked into.
    pub async fn mails(&self) -> Vec<Mail> {
        self.journeys.mails.settled().await;
        std::mem::take(&mut *self.letterbox.mails.lock().unwrap())
    }

    /// The one mail since the last look.
    pub async fn the_mail(&self) -> Mail {
        let mut mails = self.mails().await;
        assert_eq!(mails.len(), 1, "mails: {}", mails.len());
        mails.pop().unwrap()
    }
}

/// What somebody reads in a mail.
pub trait Reading {
    /// The path of the recovery link in it.
    fn link(&self) -> String;
    /// The six digits in it.
    fn code(&self) -> String;
}

impl Reading for Mail {
    fn link(&self) -> String {
        let start = "https://ent.example/forgot/new?";
        let line = self.text.lines().find(|line| line.starts_with(start));
        line.unwrap()
            .strip_prefix("https://ent.example")
            .unwrap()
            .to_owned()
    }

    fn code(&self) -> String {
        let digits = |line: &&str| line.len() == 6 && line.bytes().all(|b| b.is_ascii_digit());
        let mut lines = self.text.lines().map(str::trim);
        lines.find(digits).unwrap().to_owned()
    }
}
