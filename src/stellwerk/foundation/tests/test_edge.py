"""What the edge makes of requests and answers before and after the rooms see them."""

import pytest

from stellwerk.foundation.edge.addresses import network_of


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1::7", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff:ffff:ffff:ffff", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::7", "2001:db8:0:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("account:7", "account:7"),
    ],
)
def test_limits_count_the_network_that_a_subscriber_has_at_least(address, network):
    assert network_of(address) == network
