"""What is known of the names of apps is known for a while, and of one region."""

from scalingo_async.middleware.authentication.app_ids import TRUSTED_FOR, AppIds

API = "https://db-api.one.example/api"


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_a_name_is_known_in_its_region_for_a_while():
    clock = Clock()
    ids = AppIds(clock=clock)
    assert ids.id_of(API, "my-app") == "my-app"
    ids.learn(API, "my-app", "a-1")
    assert ids.id_of(API, "my-app") == "a-1"
    assert ids.id_of(API, "a-1") == "a-1"
    assert ids.id_of("https://db-api.two.example/api", "my-app") == "my-app"
    clock.now += TRUSTED_FOR - 1
    assert ids.id_of(API, "my-app") == "a-1"
    ids.learn(API, "my-app", "a-2")
    clock.now += TRUSTED_FOR - 1
    assert ids.id_of(API, "my-app") == "a-2"
    clock.now += 1
    assert ids.id_of(API, "my-app") == "my-app"


def test_a_name_is_trusted_for_as_long_as_a_token_of_an_hour_is_used():
    assert TRUSTED_FOR == 3540.0


def test_a_name_is_forgotten():
    ids = AppIds()
    ids.learn(API, "my-app", "a-1")
    for _ in range(2):
        ids.forget(API, "my-app")
        assert ids.id_of(API, "my-app") == "my-app"


def test_the_oldest_names_are_forgotten_first():
    ids = AppIds(limit=2)
    for name in ("one", "two", "one", "three"):
        ids.learn(API, name, f"id of {name}")
    assert [ids.id_of(API, name) for name in ("one", "two", "three")] == [
        "id of one",
        "two",
        "id of three",
    ]
