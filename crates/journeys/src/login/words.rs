//! The words that are proposed and the passwords that are refused.

use crate::ports::Entropy;
use portique_domain::account::PasswordPolicy;
use portique_domain::text::fold;
use std::collections::HashSet;

/// How many words a phrase is drawn from: twelve bits each.
pub(crate) const WORDS: usize = 4096;

/// Why a word list cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the word list must hold {WORDS} distinct words after folding, it holds {0}")]
pub struct WordListError(pub usize);

/// Words proposed, passwords refused.
pub struct WordLists {
    proposed: Vec<String>,
    known: HashSet<String>,
    refused: HashSet<String>,
}

impl core::fmt::Debug for WordLists {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "WordLists({} proposed, {} refused)",
            self.proposed.len(),
            self.refused.len()
        )
    }
}

impl WordLists {
    /// From the texts of `mots.txt` and `courants.txt`, one entry a line.
    ///
    /// # Errors
    /// [`WordListError`] when the proposed words are not 4,096 after folding: the bits promised would
    /// not be there.
    pub fn new(proposed: &str, refused: &str) -> Result<Self, WordListError> {
        let lines = |text: &str| {
            text.lines()
                .map(fold)
                .filter(|line| !line.is_empty())
                .collect::<Vec<_>>()
        };
        let proposed = lines(proposed);
        let known: HashSet<String> = proposed.iter().cloned().collect();
        if proposed.len() != WORDS || known.len() != WORDS {
            return Err(WordListError(known.len()));
        }
        Ok(Self {
            proposed,
            known,
            refused: lines(refused).into_iter().collect(),
        })
    }

    /// Whether a whole password, folded, is among the common ones.
    pub(crate) fn is_common(&self, folded: &str) -> bool {
        let squeezed: String = folded.chars().filter(|c| !c.is_whitespace()).collect();
        self.refused.contains(folded) || self.refused.contains(&squeezed)
    }

    /// Whether a folded word is one of those proposed.
    pub(crate) fn is_proposed(&self, folded: &str) -> bool {
        self.known.contains(folded)
    }

    /// A fresh phrase: words of the list and a number of two digits.
    pub(crate) fn phrase(&self, policy: PasswordPolicy, entropy: &dyn Entropy) -> String {
        let mut parts: Vec<String> = Vec::with_capacity(policy.words() + 1);
        for _ in 0..policy.words() {
            let index = entropy.below(u32::try_from(WORDS).unwrap_or(u32::MAX));
            parts.extend(
                self.proposed
                    .get(usize::try_from(index).unwrap_or(0))
                    .cloned(),
            );
        }
        parts.push(format!("{:02}", entropy.below(100)));
        parts.join(" ")
    }
}
