//! What differs in the letters of a statement.

use std::fmt::Write as _;

/// A statement of ours in PostgreSQL's letters: `?1` becomes `$1`, and a bare `?` the number after the
/// last. Texts between quotes stay as they are.
pub(super) fn numbered(sql: &str) -> String {
    let mut out = String::with_capacity(sql.len() + 8);
    let mut signs = sql.chars().peekable();
    let mut quoted = false;
    let mut last = 0_u32;
    while let Some(sign) = signs.next() {
        if sign == '\'' {
            quoted = !quoted;
        }
        if sign != '?' || quoted {
            out.push(sign);
            continue;
        }
        let mut number = 0_u32;
        while let Some(digit) = signs.peek().and_then(|next| next.to_digit(10)) {
            number = number.saturating_mul(10).saturating_add(digit);
            signs.next();
        }
        last = if number == 0 {
            last.saturating_add(1)
        } else {
            number
        };
        // Writing into a String does not fail.
        write!(out, "${last}").unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn question_marks_get_their_numbers() {
        assert_eq!(
            numbered("SELECT 1 WHERE a = ?2 AND b = ?1 AND c = '?'"),
            "SELECT 1 WHERE a = $2 AND b = $1 AND c = '?'"
        );
        assert_eq!(
            numbered("a = ? AND b = ? LIMIT ?"),
            "a = $1 AND b = $2 LIMIT $3"
        );
        assert_eq!(numbered("a = ?12"), "a = $12");
    }
}
