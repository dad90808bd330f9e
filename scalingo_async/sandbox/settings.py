"""The settings of a sandbox."""

from dataclasses import dataclass, field

__all__ = [
    "Settings",
]


@dataclass(slots=True)
class Settings:
    """Settings that can be changed while a sandbox runs.

    Attributes:
        bearer_lifetime: The lifetime of bearer tokens in seconds.
        addon_token_lifetime: The lifetime of addon tokens in seconds.
        operation_time: The duration of operations, deployments, backups and provisioning in
            seconds.
        latency: The delay before each request is handled, in seconds of real time.
        free_trial_exceeded: Whether requests to create apps and paid addons are refused with 402.
        bearer_on_database_api: Whether the database API also accepts a user's bearer token, which
            new versions of the official JavaScript client send.
        one_off_inactivity: Seconds of the sandbox's clock without a byte in either direction after
            which a one-off container is disconnected.
        one_off_grace: Seconds of real time that a one-off container whose command ends immediately
            waits for the client to send its terminal size: the official command-line tool hangs if
            the container is gone before.
        one_off_joined_head: Whether the first output of a one-off container is sent together with
            the response head, where clients lose it, instead of after it.
        real_commands: Whether one-off containers run their commands **on this machine**; see
            `Sandbox`.
        backup_size: The size of the data in a backup's archive, in bytes.
        provider_password: The password of addon providers on `/provider/apps`; the user name is the
            provider's id.
        keepalive: Seconds of real time between the keepalives of a stream; `math.inf` for none.
        lines_per_message: The maximum number of log lines in a message of a stream.
        no_log_status: The status for the log of an app without any log line: 204, or 404, which the
            official clients also expect.
        first_message_timeout: Seconds of real time that a client has to authenticate on the stream
            of deployments.
        deployment_objects: Whether the stream of deployments announces a new deployment as the
            complete object, which the official command-line tool expects, instead of its id.
    """

    bearer_lifetime: float = 3600
    addon_token_lifetime: float = 3600
    operation_time: float = 0.5
    latency: float = 0.0
    free_trial_exceeded: bool = False
    bearer_on_database_api: bool = False
    one_off_inactivity: float = 1800
    one_off_grace: float = 0.1
    one_off_joined_head: bool = False
    real_commands: bool = False
    backup_size: int = 16_384
    provider_password: str = field(default="provider-password", repr=False)
    keepalive: float = 15.0
    lines_per_message: int = 50
    no_log_status: int = 204
    first_message_timeout: float = 5.0
    deployment_objects: bool = False
