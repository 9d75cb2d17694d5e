//! References: predefined, numeric, and the few HTML ones that producers leave in (aaf §1).

/// HTML names of the Latin letters that French names use, both cases where both exist.
#[rustfmt::skip]
const LATIN: [(&str, char); 48] = [
    ("agrave", 'à'), ("aacute", 'á'), ("acirc", 'â'), ("atilde", 'ã'), ("auml", 'ä'), ("aring", 'å'),
    ("aelig", 'æ'), ("ccedil", 'ç'), ("egrave", 'è'), ("eacute", 'é'), ("ecirc", 'ê'), ("euml", 'ë'),
    ("igrave", 'ì'), ("iacute", 'í'), ("icirc", 'î'), ("iuml", 'ï'), ("ntilde", 'ñ'), ("ograve", 'ò'),
    ("oacute", 'ó'), ("ocirc", 'ô'), ("otilde", 'õ'), ("ouml", 'ö'), ("oelig", 'œ'), ("ugrave", 'ù'),
    ("Agrave", 'À'), ("Aacute", 'Á'), ("Acirc", 'Â'), ("Atilde", 'Ã'), ("Auml", 'Ä'), ("Aring", 'Å'),
    ("AElig", 'Æ'), ("Ccedil", 'Ç'), ("Egrave", 'È'), ("Eacute", 'É'), ("Ecirc", 'Ê'), ("Euml", 'Ë'),
    ("Icirc", 'Î'), ("Iuml", 'Ï'), ("Ocirc", 'Ô'), ("Ouml", 'Ö'), ("OElig", 'Œ'), ("Ugrave", 'Ù'),
    ("uacute", 'ú'), ("ucirc", 'û'), ("uuml", 'ü'), ("yuml", 'ÿ'), ("nbsp", ' '), ("rsquo", '\u{2019}'),
];

/// What a reference stands for, its name given without `&` and `;`. `None` for any other entity: ours
/// is the whole list, nothing a document declares is ever expanded (T-71).
pub(super) fn resolve(name: &str) -> Option<char> {
    match name {
        "amp" => return Some('&'),
        "lt" => return Some('<'),
        "gt" => return Some('>'),
        "quot" => return Some('"'),
        "apos" => return Some('\''),
        _ => {}
    }
    if let Some(number) = name.strip_prefix('#') {
        return numeric(number);
    }
    LATIN
        .iter()
        .find_map(|(known, letter)| (*known == name).then_some(*letter))
}

fn numeric(number: &str) -> Option<char> {
    let (digits, radix) = match number.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16),
        None => (number, 10),
    };
    if digits.is_empty() || digits.len() > 7 || !digits.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    char::from_u32(u32::from_str_radix(digits, radix).ok()?).filter(|c| !c.is_control())
}

/// Opens the second layer of a value that was escaped twice (`&amp;apos;`). What is no reference that
/// [`resolve`] knows stays as it is: `AT&T` is a name, not a mistake.
pub(super) fn open_twice_escaped(value: &str) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    let mut opened = false;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = after
            .split_once(';')
            .filter(|(name, _)| name.len() <= 8)
            .and_then(|(name, tail)| Some((resolve(name)?, tail)));
        if let Some((letter, tail)) = known {
            out.push(letter);
            opened = true;
            rest = tail;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    opened.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_references_of_real_feeds_are_opened() {
        for (name, letter) in [
            ("amp", '&'),
            ("apos", '\''),
            ("#200", 'È'),
            ("#xC9", 'É'),
            ("eacute", 'é'),
            ("OElig", 'Œ'),
        ] {
            assert_eq!(resolve(name), Some(letter), "{name}");
        }
    }

    #[test]
    fn t71_nothing_else_is_expanded() {
        for name in [
            "lol9",
            "xxe",
            "",
            "#",
            "#0",
            "#x110000",
            "#-1",
            "#27",
            "#99999999999",
        ] {
            assert_eq!(resolve(name), None, "{name}");
        }
    }

    #[test]
    fn a_second_layer_is_opened_once_and_lone_ampersands_stay() {
        assert_eq!(open_twice_escaped("L&apos;ETAB").as_deref(), Some("L'ETAB"));
        assert_eq!(open_twice_escaped("&amp;apos;").as_deref(), Some("&apos;"));
        assert_eq!(open_twice_escaped("AT&T; & co"), None);
    }
}
