//! Every operation and flow, with every sort of credential, on every server that it may meet.

use core::fmt::Debug;

use super::{request::Kind, server::World};
use crate::{
    Access, AdminRefresh, AdminSignIn, AdminSignOut, BaseUrl, CheckHealth, ClientKeyId,
    CollectKeys, Context, Create, CreateClientKey, CreateClientKeyRequest, Credential,
    DeleteClientKey, EachKey, Error, Flow, Generation, GetClientKey, IdempotencyKey,
    ListClientKeys, Policy, Refresh, RevokeClientKey, Scope, SignIn, SignOut, Single, Spelling,
    ThenCheck, UpdateClientKey, UpdateClientKeyRequest, UpdateThenGet, UserId, VerifyTwoFactor,
    WithSpelling,
};

/// A call that is yet to be made.
#[derive(Clone)]
pub(crate) struct Case {
    /// The operation, the credential, and what there is on the server.
    pub(crate) name: String,
    pub(crate) main: Kind,
    pub(crate) context: Context,
    pub(crate) world: World,
}

/// Is shown every call.
pub(crate) trait Visitor {
    /// What it wants to know of a flow: that it can be copied and told from another.
    fn visit<F: Flow + Clone + Debug>(&mut self, case: Case, flow: &F);
}

/// Shows every call to the visitor.
pub(crate) fn every_call(policy: &Policy, visitor: &mut impl Visitor) -> Result<(), Error> {
    let id = ClientKeyId::parse("k1")?;
    let mut show = Show { policy, visitor };

    show.with_each_credential("get", Kind::Get, &Single(GetClientKey::new(id)))?;
    show.with_each_credential(
        "list",
        Kind::List,
        &CollectKeys::new(ListClientKeys::new(), 4096),
    )?;
    show.with_each_credential(
        "list each",
        Kind::List,
        &EachKey::new(ListClientKeys::new(), 4096),
    )?;
    for (name, keyed, spelling) in [
        ("create", false, Spelling::AsGiven),
        ("create, spelled", false, Spelling::Auto),
        ("keyed create", true, Spelling::AsGiven),
        ("keyed create, spelled", true, Spelling::Auto),
    ] {
        let flow = WithSpelling::new(Create(creation(keyed)?), spelling, None);
        show.with_each_credential(name, Kind::Create, &flow)?;
    }
    let update = |request| ThenCheck::new(UpdateThenGet::new(UpdateClientKey::new(id, request)));
    let flow = WithSpelling::new(update(renaming()), Spelling::Auto, None);
    show.with_each_credential("update", Kind::Update, &flow)?;
    let scopes = renaming().scopes([Scope::TABLES_READ]);
    let flow = WithSpelling::new(update(scopes), Spelling::Auto, None);
    show.with_each_credential("update, spelled", Kind::Update, &flow)?;
    let revoke = ThenCheck::new(Single(RevokeClientKey::new(id)));
    show.with_each_credential("revoke", Kind::Revoke, &revoke)?;
    let delete = ThenCheck::new(Single(DeleteClientKey::new(id)));
    show.with_each_credential("delete", Kind::Delete, &delete)?;
    show.with_each_token("sign out", Kind::SignOut, &Single(SignOut))?;
    show.with_each_token("admin sign out", Kind::SignOut, &Single(AdminSignOut))?;

    show.without("sign in", Kind::SignIn, &Single(SignIn::new("e", "p")))?;
    show.without(
        "admin sign in",
        Kind::SignIn,
        &Single(AdminSignIn::new("e", "p")),
    )?;
    let verify = VerifyTwoFactor::new(UserId::parse("u1")?, "123456");
    show.without("two-factor", Kind::TwoFactor, &Single(verify))?;
    let token = "a-refresh-token-of-the-first-pair";
    show.without("refresh", Kind::Refresh, &Single(Refresh::new(token)))?;
    show.without(
        "admin refresh",
        Kind::AdminRefresh,
        &Single(AdminRefresh::new(token)),
    )?;
    show.without("health", Kind::Health, &Single(CheckHealth))
}

fn renaming() -> UpdateClientKeyRequest {
    UpdateClientKeyRequest::new().name("n")
}

fn creation(keyed: bool) -> Result<CreateClientKey, Error> {
    let create = CreateClientKey::new(CreateClientKeyRequest::new("n", [Scope::TABLES_READ]));
    if !keyed {
        return Ok(create);
    }
    let key = |digit: &str| IdempotencyKey::new(digit.repeat(22));
    Ok(create.with_idempotency_keys(key("1")?, key("2")?))
}

struct Show<'a, V> {
    policy: &'a Policy,
    visitor: &'a mut V,
}

impl<V: Visitor> Show<'_, V> {
    fn with_each_credential<F: Flow + Clone + Debug>(
        &mut self,
        name: &str,
        main: Kind,
        flow: &F,
    ) -> Result<(), Error> {
        let key = Access::fixed(Credential::client_key("fbk_a-client-key")?);
        self.with(name, "client key", main, &key, flow)?;
        self.with_each_token(name, main, flow)
    }

    fn with_each_token<F: Flow + Clone + Debug>(
        &mut self,
        name: &str,
        main: Kind,
        flow: &F,
    ) -> Result<(), Error> {
        let token = || Credential::bearer_token("eyJ.first");
        let generation = Generation::default();
        self.with(name, "token", main, &Access::fixed(token()?), flow)?;
        let session = Access::session(token()?, generation);
        self.with(name, "session", main, &session, flow)?;
        let none = Access::session_to_renew(generation);
        self.with(name, "session to renew", main, &none, flow)
    }

    /// Without a credential; and with one there that must not be sent.
    fn without<F: Flow + Clone + Debug>(
        &mut self,
        name: &str,
        main: Kind,
        flow: &F,
    ) -> Result<(), Error> {
        self.with(name, "nothing", main, &Access::none(), flow)?;
        let session = Access::session(
            Credential::bearer_token("eyJ.first")?,
            Generation::default(),
        );
        self.with(name, "session", main, &session, flow)
    }

    fn with<F: Flow + Clone + Debug>(
        &mut self,
        name: &str,
        credential: &str,
        main: Kind,
        access: &Access,
        flow: &F,
    ) -> Result<(), Error> {
        let base = BaseUrl::parse("https://example.com")?;
        for (good, exists) in [(true, true), (true, false), (false, true)] {
            if !exists && !main.is_about_one() {
                continue;
            }
            let context = Context::new(base.clone())
                .access(access.clone())
                .policy(*self.policy);
            let case = Case {
                name: format!("{name} with {credential}, good: {good}, exists: {exists}"),
                main,
                context,
                world: World::new(main, good, exists),
            };
            self.visitor.visit(case, flow);
        }
        Ok(())
    }
}
