//! Rounds on a machine that others use too: the calmest count.

use crate::figures::say;
use portique_bench::machine::Watch;
use std::time::Duration;

/// A round is calm when others used no more of the CPU, in percent.
const CALM: u64 = 8;

/// So many times the rounds wanted are made at most.
const PATIENCE: usize = 3;

/// How long the machine is watched before a round.
const LOOK: Duration = Duration::from_millis(300);

/// Waits until others are quiet, as long as the budget lasts.
fn wait(child: Option<u32>, budget: &mut Duration) -> anyhow::Result<()> {
    while !budget.is_zero() {
        let watch = Watch::begin(child)?;
        std::thread::sleep(LOOK);
        if watch.others_percent()? <= CALM {
            break;
        }
        *budget = budget.saturating_sub(LOOK);
    }
    Ok(())
}

/// Makes rounds until enough of them were calm, and gives the calmest. `child` is a process of ours that
/// runs all the while; `budget` is how long rounds may wait for others to be quiet.
pub(crate) fn rounds<T>(
    what: &str,
    wanted: usize,
    child: Option<u32>,
    mut budget: Duration,
    mut measure: impl FnMut() -> anyhow::Result<T>,
) -> anyhow::Result<Vec<T>> {
    let mut made = Vec::new();
    while made.len() < wanted * PATIENCE {
        wait(child, &mut budget)?;
        let watch = Watch::begin(child)?;
        let figures = measure()?;
        made.push((watch.others_percent()?, figures));
        if made.iter().filter(|(others, _)| *others <= CALM).count() >= wanted {
            break;
        }
    }
    made.sort_by_key(|(others, _)| *others);
    made.truncate(wanted);
    let worst = made.last().map_or(0, |(others, _)| *others);
    say(&format!(
        "{what}: {wanted} rounds, others used {worst} % of the CPU at most"
    ));
    Ok(made.into_iter().map(|(_, figures)| figures).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_rounds_are_made_than_patience_allows() {
        let mut made = 0;
        let kept = rounds("test", 2, None, Duration::ZERO, || {
            made += 1;
            Ok(made)
        });
        assert_eq!(kept.unwrap().len(), 2);
        assert!((2..=6).contains(&made));
    }
}
