"""The settings of a sandbox."""

from dataclasses import dataclass, field

__all__ = [
    "Settings",
]


@dataclass(slots=True)
class Settings:
    """What can be turned on and off while a sandbox runs.

    Attributes:
        bearer_lifetime: Seconds that a bearer token is good for.
        addon_token_lifetime: Seconds that an addon's token is good for.
        operation_time: Seconds that operations, deployments, backups and provisioning take.
        latency: Seconds that every request waits before it is dealt with.
        free_trial_exceeded: Whether creating apps and paid addons is answered with 402.
        bearer_on_database_api: Whether the database API takes a user's bearer token too, as
            new versions of the official JavaScript client send it.
        one_off_inactivity: Seconds, by the clock, without a byte in either direction after which
            a one-off container is cut.
        one_off_grace: Seconds of real time that a one-off container waits, when its command is over
            so soon, for the first size of the client's terminal: the official command line tool
            hangs when the container is gone before.
        one_off_joined_head: Whether the first output of a one-off container travels together
            with the head of the answer, where clients lose it; else it comes after it.
        real_commands: Whether one-off containers run their commands **on this machine**; see
            `Sandbox`.
        backup_size: Bytes of data in the archive of a backup.
        provider_password: The password with which an addon provider signs in on
            `/provider/apps`; the user name is the provider's id.
        keepalive: Seconds of real time between the keepalives of a stream; `math.inf` for none.
        lines_per_message: The most log lines that a message of a stream holds.
        no_log_status: The status for the log of an app that has never written a line: 204, or
            404 as the official clients expect it as well.
        first_message_timeout: Seconds of real time that a client has to say who it is on the
            stream of deployments.
        deployment_objects: Whether the stream of deployments announces a new one as the whole
            object, as the official command line tool reads it, instead of its id.
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
