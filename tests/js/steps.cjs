/* The steps: each calls methods with arguments, and says what is to come of it. */

const { createHmac } = require("node:crypto");

const isArray = (value) => Array.isArray(value);
const isFull = (value) => Array.isArray(value) && value.length > 0;
const has = (fields) => (value) =>
  Object.entries(fields).every(([key, field]) => value[key] === field);
const isNothing = (value) => value === "" || value === undefined;

/* What an authenticator shows for the secret in an `otpauth:` URI. */
function oneTimeCode(uri) {
  const letters = "abcdefghijklmnopqrstuvwxyz234567";
  const secret = new URL(uri).searchParams.get("secret").toLowerCase();
  const bits = [...secret]
    .map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000)));
  const digest = createHmac("sha1", key).update(counter).digest();
  const number = digest.readUInt32BE(digest[19] & 15) & 0x7fffffff;
  return String(number % 1000000).padStart(6, "0");
}

async function account({ call, refused }) {
  await call("Users.self", [], (user) => user.email.includes("@"));
  await call("Users.updateAccount", [{ company: "Example" }], has({ company: "Example" }));
  await call("Users.roles", [], isArray);
  await call("Users.stopFreeTrial", [], has({ message: "ok" }));
  await call("Regions.all", [], isFull);

  const token = await call("Tokens.create", ["js"], has({ name: "js" }));
  await call("Tokens.all", [], (rows) => rows.some(has({ id: token.id })));
  const renewed = await call("Tokens.renew", [token.id], (row) => row.token !== token.token);
  await call("Tokens.exchange", [renewed.token], (jwt) => jwt.split(".").length === 3);
  await call("Tokens.destroy", [token.id], isNothing);

  const content = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ me@example.com";
  const key = await call("Keys.create", ["laptop", content], has({ name: "laptop" }));
  await call("Keys.all", [], (rows) => rows.some(has({ id: key.id })));
  await call("Keys.show", [key.id], has({ content }));
  await call("Keys.destroy", [key.id], isNothing);

  await call("TwoFactorAuth.status", [], has({ enabled: false }));
  const factor = await call("TwoFactorAuth.initiate", [], (row) => Boolean(row.uri));
  const code = () => oneTimeCode(factor.uri);
  await call("TwoFactorAuth.validate", [code()], (row) => isFull(row.codes));
  await call("TwoFactorAuth.disable", [code()], (body) => body.tfa.enabled === false);

  const [contract] = await call("Contracts.list", [], isFull);
  await call("Contracts.find", [contract.id], has({ id: contract.id }));
  await call("Contracts.accept", [contract.id, "en"], has({ id: contract.id }));
  await call("Contracts.history", [], isArray);

  const profile = await call("Billing.profile", [], (row) => Boolean(row.id));
  const fields = {
    name: "Ada",
    address_line1: "1 rue",
    address_zip: "67000",
    address_city: "Metz",
    address_country: "FR",
  };
  await refused("Billing.createProfile", 400, [fields]);
  await call("Billing.updateProfile", [profile.id, fields], has({ address_city: "Metz" }));
  await call("Stats.referrals", [], has({ clicks: 0 }));

  const project = await call("Projects.create", [{ name: "js" }], has({ name: "js" }));
  await call("Projects.all", [], (rows) => rows.length > 1);
  await call("Projects.find", [project.id], has({ name: "js" }));
  await call("Projects.update", [project.id, { name: "jsx" }], has({ name: "jsx" }));
}

async function offer({ call }) {
  await call("Addons.listCategories", [], isFull);
  await call("Addons.listProviders", [undefined, true], isFull);
  await call("Containers.availableSizes", [], isFull);
  await call("Stacks.list", [], isFull);
  await call("Metrics.types", [], isFull);
  await call("Events.listEventTypes", [], isFull);
  await call("Events.listEventCategories", [], isFull);
  await call("NotificationPlatforms.list", [], isFull);
}

async function apps(runner) {
  const { call, refused } = runner;
  const every = await call("Apps.all", [], isFull);
  await call("Apps.create", [{ name: "not-really", dry_run: true }], has({ name: "not-really" }));
  await refused("Apps.find", 404, ["not-really"], has({ resource: "app" }));
  await refused("Apps.create", 422, [{ name: "x" }], (body) => isFull(body.errors.name));
  const app = await call(
    "Apps.create",
    [{ name: "from-javascript" }],
    has({ name: "from-javascript" }),
  );
  await call("Apps.find", ["from-javascript"], has({ id: app.id }));
  await call("Apps.update", [app.id, { force_https: true }], has({ force_https: true }));
  await call(
    "Apps.rename",
    [app.id, "from-javascript", "in-javascript"],
    has({ name: "in-javascript" }),
  );
  await refused("Apps.transfer", 422, [app.id, "in-javascript", "nobody@example.com"]);
  await call("Apps.logsURL", [app.id], (url) => url.includes("token="));

  const variable = await call(
    "Environment.create",
    [app.id, { name: "ONE", value: "1" }],
    has({ value: "1" }),
  );
  await call("Environment.update", [app.id, variable.id, "uno"], has({ value: "uno" }));
  const both = [
    { name: "TWO", value: "2" },
    { name: "THREE", value: "3" },
  ];
  await call("Environment.bulkUpdate", [app.id, both], (rows) => rows.length === 2);
  const rows = await call("Environment.for", [app.id], (found) => found.length === 3);
  await call("Environment.destroy", [app.id, rows[0].id], isNothing);
  await call("Environment.bulkDestroy", [app.id, rows.slice(1).map((row) => row.id)], isNothing);

  const domain = await call(
    "Domains.create",
    [app.id, { name: "js.example.org" }],
    has({ name: "js.example.org" }),
  );
  await call("Domains.for", [app.id], (found) => found.length === 1);
  await call("Domains.show", [app.id, domain.id], has({ canonical: false }));
  await call("Domains.update", [app.id, domain.id, { canonical: true }], has({ canonical: true }));
  await call("Domains.destroy", [app.id, domain.id], isNothing);

  const row = await call(
    "Collaborators.invite",
    [app.id, "js@example.org"],
    has({ email: "js@example.org" }),
  );
  await call("Collaborators.for", [app.id], (found) => found.length === 1);
  await call("Collaborators.all", [], (body) => isFull(body.collaborators));
  await call(
    "Collaborators.update",
    [app.id, row.id, { is_limited: true }],
    has({ is_limited: true }),
  );
  await refused("Collaborators.inviteAccept", 404, ["none"]);
  await call("Collaborators.destroy", [app.id, row.id], isNothing);

  const [platform] = await call("NotificationPlatforms.list", [], isFull);
  const webhook = {
    platform_id: platform.id,
    name: "js",
    active: true,
    send_all_events: true,
    type_data: { webhook_url: "https://example.org", emails: ["js@example.org"] },
  };
  const notifier = await call("Notifiers.create", [app.id, webhook], has({ name: "js" }));
  await call("Notifiers.for", [app.id], (found) => found.some(has({ id: notifier.id })));
  await call("Notifiers.get", [app.id, notifier.id], has({ active: true }));
  await call("Notifiers.update", [app.id, notifier.id, { active: false }], has({ active: false }));
  await call("Notifiers.test", [app.id, notifier.id], isNothing);
  await call("Notifiers.destroy", [app.id, notifier.id], isNothing);

  const alert = await call(
    "Alerts.create",
    [app.id, { container_type: "web", metric: "cpu", limit: 0.8 }],
    has({ limit: 0.8 }),
  );
  await call("Alerts.for", [app.id], (found) => isArray(found[0].notifiers));
  await call("Alerts.find", [app.id, alert.id], has({ metric: "cpu" }));
  await call(
    "Alerts.update",
    [app.id, alert.id, { disabled: true, remind_every: 60000000000 }],
    has({ disabled: true, remind_every: "1m0s" }),
  );
  await call("Alerts.destroy", [app.id, alert.id], isNothing);

  const wanted = {
    container_type: "web",
    min_containers: 1,
    max_containers: 3,
    metric: "cpu",
    target: 0.7,
  };
  const scaler = await call("Autoscalers.create", [app.id, wanted], has(wanted));
  await call("Autoscalers.for", [app.id], (found) => found.length === 1);
  await call("Autoscalers.show", [app.id, scaler.id], has(wanted));
  await call("Autoscalers.update", [app.id, scaler.id, { target: 0.5 }], has({ target: 0.5 }));
  await call("Autoscalers.destroy", [app.id, scaler.id], isNothing);

  const until = new Date(Date.now() + 86400000).toISOString();
  await call(
    "DataAccessConsent.create",
    [app.id, { databases_until: until, containers_until: null }],
    has({ databases_until: until }),
  );
  await call(
    "DataAccessConsent.update",
    [app.id, { containers_until: until }],
    has({ containers_until: until }),
  );
  await call("DataAccessConsent.destroy", [app.id], isNothing);
  await call("HDSContacts.update", [app.id, { name: "Ada" }], has({ name: "Ada" }));

  await call(
    "Events.for",
    [app.id, { page: 1, per_page: 10 }],
    (body) => body.events.length === 10 && body.meta.pagination.next_page === 2,
  );
  const { events } = await call("Events.all", [], (body) => isFull(body.events));
  const mine = events.find(has({ app_id: app.id }));
  await call("Events.find", [app.id, mine.id], has({ type: mine.type }));

  await runs(runner, app, every);
  await call("Apps.destroy", [app.id, "in-javascript"], isNothing);
}

async function runs({ call }, app, every) {
  const one = await call(
    "Containers.run",
    [app.id, { command: "bash" }],
    (row) => row.type === "one-off",
  );
  const { events } = await call("Events.for", [app.id, { page: 1 }], (body) => isFull(body.events));
  const ran = events.find(has({ type: "run" }));
  await call("AuditLogs.show", [app.id, ran.type_data.audit_log_id], isFull);
  await call("Containers.processes", [app.id], (rows) => rows[0].id === one.id);
  await call("Containers.stop", [app.id, one.id], isNothing);
  await call(
    "Containers.scale",
    [app.id, [{ name: "web", amount: 2, size: "S" }]],
    (body) => !body.operation,
  );

  const source = { source_url: "https://example.org/archive.tar.gz", git_ref: "main" };
  const deployment = await call(
    "Deployments.create",
    [app.id, { ...source }],
    has({ git_ref: "main" }),
  );
  await call("Deployments.for", [app.id, { page: 1 }], (body) => body.deployments.length === 1);
  await call("Deployments.find", [app.id, deployment.id], has({ status: "success" }));
  await call("Deployments.logs", [app.id, deployment.id], (text) =>
    text.includes("Start deployment"),
  );
  await call("Deployments.purgeCache", [app.id], isNothing);

  await call("Containers.for", [app.id], (rows) => has({ name: "web", amount: 2 })(rows[0]));
  await call(
    "Containers.scale",
    [app.id, [{ name: "web", amount: 1 }]],
    (body) => body.operation.status === "done",
  );
  const restarted = await call(
    "Containers.restart",
    [app.id],
    has({ status: "done", type: "restart" }),
  );
  await call("Operations.operation", [app.id, restarted.id], has({ type: "restart" }));
  await call("Logs.for", [app.id, { count: 5 }], (text) => text.split("\n").length === 6);

  const old = every.find((row) => row.last_deployment_id);
  await call("Logs.archives", [old.id, 0], (body) => isArray(body.archives));
  await call("CronTasks.for", [old.id], (body) => isArray(body.jobs));
  await call(
    "Metrics.get",
    [old.id, "memory", { containerType: "web", containerIndex: 1, since: 2 }],
    isFull,
  );
  await call(
    "Metrics.get",
    [old.id, "router", { statusCode: "5XX", last: true }],
    (rows) => rows.length === 1,
  );
}

async function repositories({ call }) {
  const [linked] = await call("SCMIntegrations.all", [], isFull);
  await call("SCMIntegrations.find", [linked.id], has({ scm_type: linked.scm_type }));
  await call("SCMIntegrations.importSSHKeys", [linked.id], isArray);
  await call("SCMIntegrations.organizations", [linked.id], (body) => isArray(body.organizations));
  const [repository] = await call("SCMIntegrations.searchRepositories", [linked.id, "web"], isFull);
  await call("SCMIntegrations.searchPullRequests", [linked.id, "is:open"], isArray);
  await call(
    "SCMIntegrations.branchesForRepo",
    [linked.id, repository.full_name ?? "example-user/website"],
    isFull,
  );
  const own = {
    scm_type: "gitlab-self-hosted",
    url: "https://git.example.org",
    access_token: "hush",
  };
  const added = await call(
    "SCMIntegrations.create",
    [own],
    has({ scm_type: "gitlab-self-hosted" }),
  );
  await call("SCMIntegrations.destroy", [added.id], isNothing);

  const app = await call(
    "Apps.create",
    [{ name: "linked-from-js" }],
    has({ name: "linked-from-js" }),
  );
  const link = {
    source: "https://github.com/example-user/website",
    branch: "main",
    auth_integration_uuid: linked.id,
  };
  await call("SCMRepoLinks.create", [app.id, link], has({ repo: "website" }));
  await call("SCMRepoLinks.find", [app.id], has({ branch: "main" }));
  await call(
    "SCMRepoLinks.update",
    [app.id, { auto_deploy_enabled: true }],
    has({ auto_deploy_enabled: true }),
  );
  await call("SCMRepoLinks.branches", [app.id], isFull);
  const [pull] = await call("SCMRepoLinks.pulls", [app.id], isFull);
  await call("SCMRepoLinks.manualDeploy", [app.id, "main"], has({ app_id: app.id }));
  await call("SCMRepoLinks.manualReviewApp", [app.id, pull.number], (row) => Boolean(row.id));
  await call("SCMRepoLinks.reviewApps", [app.id], isFull);
  await call("SCMRepoLinks.destroy", [app.id], isNothing);
}

const LOOKS =
  "plan metrics metrics/cpu instances_status lag logs logs_archives users backups maintenance".split(
    " ",
  );
const CATALOGUE = [
  "/database_types",
  "/plans/redis-starter-512?type=redis",
  "/firewall/managed_ranges",
];

async function databases({ call, refused, send }) {
  const app = await call("Apps.create", [{ name: "data-from-js" }], has({ name: "data-from-js" }));
  const providers = await call("Addons.listProviders", [], isFull);
  const [free, paid] = providers.find(has({ id: "postgresql" })).plans;
  const addon = await call(
    "Addons.create",
    [app.id, { addon_provider_id: "postgresql", plan_id: free.id }],
    (row) => row.plan.id === free.id,
  );
  await call("Addons.for", [app.id], (rows) => rows.length === 1);
  await call("Addons.getAddon", [app.id, addon.id], has({ status: "running" }));
  await call(
    "Addons.update",
    [app.id, addon.id, { plan_id: paid.id }],
    (row) => row.plan.id === paid.id,
  );
  await call("Addons.sso", [app.id, addon.id], (row) => Boolean(row.sso_url));
  await refused("Addons.resume", 400, [app.id, addon.id]);
  await later({ send }, addon.id);
  await call("Addons.destroy", [app.id, addon.id], isNothing);

  const wanted = {
    name: "database-from-js",
    technology: "postgresql-ng",
    plan: "postgresql-dr-starter-4096",
  };
  // It looks for the root `apps`, which no answer has: there is nothing in it for the client.
  await call("Databases.create", [wanted], (row) => row === undefined);
  const all = await call("Databases.all", [], (body) => body.databases.some(has(wanted)));
  const { id } = all.databases.find(has(wanted));
  const whole = await send("GET", `/databases/${id}`, undefined, "/v1");
  const rules = `/databases/${whole.addon.id}/firewall_rules`;
  const office = { type: "custom_range", cidr: "203.0.113.0/24", label: "office" };
  const { rule } = await send("POST", rules, { firewall_rule: office });
  await send("GET", rules, undefined, "/api", (body) => body.rules.some(has({ id: rule.id })));
  await send("PATCH", `${rules}/${rule.id}`, { firewall_rule: { label: "home" } });
  await send("DELETE", `${rules}/${rule.id}`, undefined, "/api", isNothing);

  const search = providers.find(has({ id: "elasticsearch" }));
  const found = await call(
    "Addons.create",
    [app.id, { addon_provider_id: search.id, plan_id: search.plans[0].id }],
    (row) => row.plan.id === search.plans[0].id,
  );
  await send("GET", `/databases/${found.id}/health`);
  const { database } = await send("GET", `/databases/${found.id}`);
  const [instance] = database.instances ?? [];
  if (instance) await send("GET", `/databases/${found.id}/instances/${instance.id}/metrics/cpu`);
}

/* Later versions of the client call the paths of the database API on the regional host, with the
 * user's token. This one has no methods for that, but it can send them. */
async function later({ send }, addon) {
  const database = `/databases/${addon}`;
  await send("GET", database);
  await send("PATCH", database, { database: { periodic_backups_scheduled_at: [3, 15] } });
  for (const path of LOOKS) await send("GET", `${database}/${path}`);
  for (const path of CATALOGUE) await send("GET", path);
  await send("POST", `${database}/ping`, {});
  await send("POST", `${database}/users`, { database_user: { name: "metabase", read_only: true } });
  await send("POST", `${database}/users/metabase/reset_password`);
  await send("POST", `${database}/features`, { feature: { name: "force-ssl" } });
  await send("POST", `${database}/action`, { action_name: "list-extensions", params: {} });
  await send("POST", `${database}/backups`, {});
  const upgrade = await send("POST", `${database}/upgrade`, {});
  await send("GET", `${database}/operations/${upgrade.operation_id}`);
  await send("DELETE", `${database}/users/metabase`, undefined, "/api", isNothing);
  await send("DELETE", `${database}/features?feature=force-ssl`);
  const backups = await send("GET", `${database}/backups`);
  const restored = await send("POST", `${database}/backups/${backups.database_backups[0].id}/restore`);
  await send("GET", `${database}/backup_restorations/${restored.id}`);
  await send("POST", `${database}/pitr/restore`, { restore_time: new Date().toISOString() });
}

/* Versions 0.20 to 0.22: projects, organizations and the firewall of apps. */
async function newer({ call, send }) {
  const v1 = (verb, path, data, expected) => send(verb, path, data, "/v1", expected);
  const auth = (verb, path, data, expected) => send(verb, path, data, "/auth/v1", expected);

  const project = await call("Projects.create", [{ name: "newer" }], has({ name: "newer" }));
  await v1("GET", `/projects/${project.id}/eligible_new_owners`);
  await v1("GET", `/projects/${project.id}/events`, undefined, (body) => isFull(body.events));
  await v1("GET", `/projects/${project.id}/transfer_invitations`);
  await v1("DELETE", `/projects/${project.id}`, undefined, isNothing);

  const named = { organization: { name: "From JavaScript" } };
  const made = await auth("POST", "/organizations", named);
  const where = `/organizations/${made.organization.id}`;
  await auth("PATCH", where, { organization: { name: "Newer" } });
  await auth("GET", `${where}/can?scope=read:organization`, undefined, has({ can: true }));
  await auth("GET", `${where}/events`, undefined, (body) => body.events.length === 2);
  await auth("GET", "/organizations", undefined, (body) => body.organizations.length === 2);

  const [app] = await call("Apps.all", [], isFull);
  const rules = `/apps/${app.id}/firewall_rules`;
  const rule = { firewall_rule: { cidr: "203.0.113.0/24", label: "office" } };
  const first = (await v1("POST", rules, rule)).firewall_rule;
  await v1("GET", `${rules}/${first.id}`, undefined, (body) => has(first)(body.firewall_rule));
  await v1("GET", rules, undefined, (body) => body.firewall_rules.length === 1);
  await v1("DELETE", `${rules}/${first.id}`, undefined, isNothing);
}

async function goodbye({ refused }) {
  await refused("Users.requestAccountDeletion", 409, []);
  await refused("Users.confirmAccountDeletion", 404, ["none", { token: "none" }]);
}

async function streams({ call, look, client }) {
  const app = (await call("Apps.all", [], isFull)).find((row) => row.last_deployment_id);
  const logs = await call("Logs.listenerFor", [app.id], (row) => Boolean(row.onLog));
  const lines = () => new Promise((resolve) => logs.onLog(resolve));
  // There is no history, and nothing says when the stream has begun: it restarts until it hears.
  const restarts = setInterval(() => client.Containers.restart(app.id), 100);
  await look("Logs.listenerFor: lines", lines, (text) => text.endsWith("\n"));
  clearInterval(restarts);
  logs.close();

  const listener = await call("Apps.deploymentListener", [app.id], (row) => Boolean(row.onNew));
  const heard = { made: new Set(), lines: 0 };
  listener.onNew(({ deployment }) => heard.made.add(deployment));
  listener.onLog(({ content }) => (heard.lines += content.trim() ? 1 : 0));
  const ended = new Promise((resolve) =>
    listener.onStatus(({ id, status }) => status === "success" && resolve(heard.made.has(id))),
  );
  // Nothing says when the stream has let the client in, so it deploys until it hears of it.
  const source = { source_url: "https://example.com/a.tgz", git_ref: "v1" };
  const deploy = () => client.Deployments.create(app.id, source);
  const timer = setInterval(deploy, 100);
  await look("Apps.deploymentListener: success", () => ended, (known) => known && heard.lines > 20);
  clearInterval(timer);
  listener.close();
}

module.exports = [account, offer, apps, repositories, databases, newer, streams, goodbye];
