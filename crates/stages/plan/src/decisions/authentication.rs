//! How callers are known.
//!
//! The brief's word wins. Otherwise: `callers` is the share of actors that the way suits (people
//! sign in, systems and devices carry keys), `burden` what has to be run for it, `risk` whether
//! passwords are kept here.

use model::{ActorKind, Authentication, Decision};
use synthesis::AuthenticationBy;

use crate::context::Ctx;
use crate::prose;
use crate::weighing::{Change, Grounds, Weighed, decision};

pub const ID: &str = "authentication";

fn stated(ctx: &Ctx) -> Option<Authentication> {
    ctx.brief.security.as_ref().and_then(|s| s.authentication)
}

pub fn candidates(ctx: &Ctx) -> Vec<Weighed> {
    let word = |a: AuthenticationBy| a.word();
    let os = word(AuthenticationBy::OperatingSystem);
    if ctx.needs.local {
        return vec![
            Weighed::new(os, &[("callers", 1.0, 1.0)], ""),
            Weighed::rejected(
                word(AuthenticationBy::OwnTokens),
                "the one who runs it is known to the operating system",
            ),
        ];
    }
    let actors = &ctx.brief.domain.actors;
    let kinds = |machine: bool| {
        actors
            .values()
            .filter(|a| {
                a.kind != ActorKind::Anonymous
                    && machine == matches!(a.kind, ActorKind::System | ActorKind::Device)
            })
            .count() as f64
    };
    let (people, machines) = (kinds(false), kinds(true));
    let total = (people + machines).max(1.0);
    let asked = stated(ctx);
    let only = |own: &[Authentication]| {
        asked
            .filter(|a| !own.contains(a))
            .map(|a| format!("security.authentication asks for {}", spelled(a)))
    };
    let accounts = actors.values().filter(|a| a.account.is_some()).count();
    let share = |n: f64| n / total;
    vec![
        Weighed::new(
            word(AuthenticationBy::OwnTokens),
            &[
                ("callers", 0.5, 0.2 + 0.8 * share(people)),
                ("burden", 0.3, 0.8),
                ("risk", 0.2, if accounts > 0 { 0.6 } else { 0.3 }),
            ],
            format!("passwords of {accounts} kinds of account would be kept here"),
        )
        .unless(only(&[Authentication::Own, Authentication::None])),
        Weighed::new(
            word(AuthenticationBy::IdentityProvider),
            &[
                ("callers", 0.5, 0.2 + 0.8 * share(people)),
                ("burden", 0.3, 0.5),
                ("risk", 0.2, 1.0),
            ],
            "no identity provider is named, and running one costs more than a table of accounts",
        )
        .unless(only(&[Authentication::Oidc])),
        Weighed::new(
            word(AuthenticationBy::ApiKeys),
            &[
                ("callers", 0.5, share(machines)),
                ("burden", 0.3, 1.0),
                ("risk", 0.2, 0.4),
            ],
            format!(
                "{} of {total:.0} kinds of caller are people, who do not carry keys",
                people
            ),
        )
        .unless(only(&[Authentication::ApiKeys])),
        Weighed::new(
            word(AuthenticationBy::MutualTls),
            &[
                ("callers", 0.5, 0.7 * share(machines)),
                ("burden", 0.3, 0.2),
                ("risk", 0.2, 1.0),
            ],
            "each caller would need a certificate and its renewal",
        )
        .unless(only(&[Authentication::MutualTls])),
    ]
}

fn spelled(a: Authentication) -> &'static str {
    match a {
        Authentication::None => "none",
        Authentication::Own => "own accounts",
        Authentication::Oidc => "an identity provider (oidc)",
        Authentication::ApiKeys => "api keys",
        Authentication::MutualTls => "mutual TLS",
    }
}

fn bare(ctx: &Ctx) -> Decision {
    decision("How are callers known?", candidates(ctx), None)
}

pub fn decide(ctx: &Ctx) -> Decision {
    let decided = bare(ctx);
    let who: Vec<String> = ctx
        .brief
        .domain
        .actors
        .iter()
        .filter(|(_, a)| a.kind != ActorKind::Anonymous)
        .map(|(id, _)| id.clone())
        .collect();
    let because = if ctx.needs.local {
        format!(
            "Who runs {} is known to the operating system, and its files carry that account's rights.",
            ctx.brief.name
        )
    } else if let Some(asked) = stated(ctx) {
        format!(
            "The brief asks for {}; {} prove themselves that way.",
            spelled(asked),
            prose::list(&who)
        )
    } else {
        format!("It suits {} best with the least to run.", prose::list(&who))
    };
    let trade = match decided.chosen.as_str() {
        "jwt" => {
            "a token that was issued is valid until it expires; a lost account is locked out only then, or by a list that is looked up"
        }
        "oidc" => {
            "nobody signs in while the identity provider is down; tokens that were issued stay valid"
        }
        "api-key" => "a key that leaks works until somebody revokes it",
        "mtls" => "a certificate that expires unseen stops its caller",
        _ => "whoever uses that account of the computer can run it",
    };
    decided
        .because(because)
        .trade_off(trade)
        .fact(format!("callers: {}", prose::list(&who)), "domain.actors")
        .revisit("a customer asks for sign-in with its own identity provider, or another company's systems call")
        .read(ctx, &["security.authentication"])
}

pub fn decide_with_flips(ctx: &Ctx) -> Decision {
    if ctx.needs.local {
        return decide(ctx);
    }
    decide(ctx).what_if(
        ctx,
        bare,
        vec![
            Change::new("if security.authentication were oidc", |b| {
                b.security.get_or_insert_default().authentication = Some(Authentication::Oidc)
            }),
            Change::new("if security.authentication were own", |b| {
                b.security.get_or_insert_default().authentication = Some(Authentication::Own)
            }),
        ],
    )
}
