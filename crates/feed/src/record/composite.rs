//! Composite values: fields joined by `$`, which has no escape (aaf §2).

use crate::finding::Report;

/// The fields of a composite, by exact count. A wrong count skips the value with a warning, never the
/// record; a value that is nothing but `$` signs is an empty one.
pub(super) fn fields<'v, const N: usize>(
    value: &'v str,
    code: &str,
    field: &str,
    report: &mut Report<'_>,
) -> Option<[&'v str; N]> {
    if value.bytes().all(|byte| byte == b'$') {
        return None;
    }
    let split = exactly::<N>(value);
    if split.is_none() {
        report.warn(
            code,
            field,
            &format!("valeur composée ignorée : {N} champs séparés par $ sont attendus"),
        );
    }
    split
}

/// Splits into exactly `N` trimmed fields.
pub(super) fn exactly<const N: usize>(value: &str) -> Option<[&str; N]> {
    let mut fields = [""; N];
    let mut parts = value.split('$');
    for field in &mut fields {
        *field = parts.next()?.trim();
    }
    parts.next().is_none().then_some(fields)
}

/// `structure$code`.
pub(super) fn pairs<'v>(
    values: impl Iterator<Item = &'v str>,
    code: &str,
    field: &str,
    report: &mut Report<'_>,
) -> Vec<(&'v str, &'v str)> {
    let mut pairs = Vec::new();
    for value in values {
        if let Some([structure, code]) = fields::<2>(value, code, field, report)
            && !structure.is_empty()
            && !code.is_empty()
        {
            pairs.push((structure, code));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_counted_exactly() {
        assert_eq!(exactly::<2>("90001$6A"), Some(["90001", "6A"]));
        assert_eq!(exactly::<2>("SANS OBJET$"), Some(["SANS OBJET", ""]));
        assert_eq!(exactly::<2>("90001"), None);
        assert_eq!(exactly::<2>("90001$6A$"), None);
    }
}
