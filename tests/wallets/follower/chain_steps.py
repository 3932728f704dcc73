"""What happens by chance on a chain that is followed, or to its connection."""

from random import Random

from tests.wallets.follower.conftest import FollowingRig


def one_step(rig: FollowingRig, random: Random) -> None:
    """Let something happen on the chain, or to the connection."""
    sent = rig.send(random.randrange(3), random.randrange(3), random.randint(1, 10**6), random.choice([None, 0, 1]))
    match random.choice(["mine", "mine", "mine", "reorganise", "replace", "drop", "cut"]):
        case "mine":
            rig.control("mine", blocks=random.randint(1, 3))
        case "reorganise":
            depth = random.choice([1, 2, 5, 64])
            rig.control("mine", blocks=depth)
            rig.control("reorganise", depth=depth, length=depth + 1, drop=random.choice(["true", "false"]))
        case "replace":
            rig.control("replace", hash=sent, kind=random.choice(["speed_up", "cancel"]))
        case "drop":
            rig.control("drop", hash=sent)
        case "cut":
            rig.control("cut")
