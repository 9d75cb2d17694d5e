//! Who is here, in memory: a cookie a face, nothing else.

use super::sign_on::{Signed, Waiting};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// More are forgotten, oldest first: a demonstration never has so many.
const MOST: usize = 1_000;

enum Visitor {
    Waiting(Waiting),
    Signed(Box<Signed>),
}

/// The visitors, by the value of their cookie.
#[derive(Default)]
pub(crate) struct Visitors(Mutex<Table>);

#[derive(Default)]
struct Table {
    of: HashMap<String, Visitor>,
    order: Vec<String>,
}

impl Visitors {
    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, key: String, visitor: Visitor) {
        let mut table = self.table();
        if table.order.len() >= MOST {
            let oldest = table.order.remove(0);
            table.of.remove(&oldest);
        }
        table.order.push(key.clone());
        table.of.insert(key, visitor);
    }

    /// Somebody who went to the gateway.
    pub(crate) fn wait(&self, key: String, waiting: Waiting) {
        self.put(key, Visitor::Waiting(waiting));
    }

    /// Who came back: once.
    pub(crate) fn back(&self, key: &str) -> Option<Waiting> {
        let mut table = self.table();
        match table.of.remove(key) {
            Some(Visitor::Waiting(waiting)) => Some(waiting),
            Some(signed @ Visitor::Signed(_)) => {
                table.of.insert(key.to_owned(), signed);
                None
            }
            None => None,
        }
    }

    /// Somebody is in.
    pub(crate) fn sign(&self, key: String, signed: Signed) {
        self.put(key, Visitor::Signed(Box::new(signed)));
    }

    /// Who is in.
    pub(crate) fn signed(&self, key: &str) -> Option<Signed> {
        match self.table().of.get(key) {
            Some(Visitor::Signed(signed)) => Some((**signed).clone()),
            Some(Visitor::Waiting(_)) | None => None,
        }
    }

    /// Forgets somebody.
    pub(crate) fn forget(&self, key: &str) {
        self.table().of.remove(key);
    }
}
