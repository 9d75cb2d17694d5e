//! From our mail to the message on the wire (RFC 5322). Every part is a type that cannot end a header.

use super::outlet::Failure;
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, SinglePart};
use portique_domain::Timestamp;
use portique_domain::identity::MailAddress;
use portique_journeys::Mail;
use std::time::{Duration, UNIX_EPOCH};
use uuid::Uuid;

/// The message. `as_is` for a file that people open with any editor: a link in it can be copied. On the
/// wire the text is encoded, since not every server takes eight bits.
pub(super) fn message(
    from: &MailAddress,
    name: &str,
    mail: &Mail,
    id: Uuid,
    now: Timestamp,
    as_is: bool,
) -> Result<Message, Failure> {
    let name = Some(name.to_owned()).filter(|name| !name.is_empty());
    // An id without the name of this machine.
    let id = format!("<{id}@{}>", from.domain());
    let since = Duration::from_millis(u64::try_from(now.millis()).unwrap_or(0));
    let part = SinglePart::builder().header(ContentType::TEXT_PLAIN);
    let part = if as_is {
        // Our own lines are far below the 998 bytes that eight bits allow (RFC 5322 §2.1.1).
        let text = mail.text.replace('\n', "\r\n").into_bytes();
        part.body(Body::dangerous_pre_encoded(
            text,
            ContentTransferEncoding::EightBit,
        ))
    } else {
        part.body(mail.text.clone())
    };
    let mut message = Message::builder()
        .from(mailbox(name, from)?)
        .to(mailbox(None, &mail.to)?)
        .date(UNIX_EPOCH + since)
        .subject(mail.subject.as_str())
        .message_id(Some(id))
        .singlepart(part)
        .map_err(|_| Failure::Message)?;
    // Absence notes and lists leave such a mail alone (RFC 3834 §5).
    message.headers_mut().insert_raw(HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    ));
    Ok(message)
}

fn mailbox(name: Option<String>, address: &MailAddress) -> Result<Mailbox, Failure> {
    let address = address.as_str().parse().map_err(|_| Failure::Message)?;
    Ok(Mailbox::new(name, address))
}
