"""What `manage.py watch` prints of wallets, transactions and blocks: every line exactly."""

import pytest

from streaming.installed import installed_watch_writers
from tests.watch.lines import START, line_of_frame


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (
            (
                '{"type":"wallet","channel":"wallet:0xabc","data":{"chain":"ethereum","address":"0xabc","label":"Savings","event":"balance",'
                '"asset":"ETH","token":null,"balance":1.500000000000000001,"change":-0.50,"tx":null,"block":118,"retracted":false,'
                '"outdated":false}}'
            ),
            "wallet:0xabc   Savings  on ethereum  -0.5 ETH  balance 1.500000000000000001 ETH  block 118",
        ),
        (
            (
                '{"type":"wallet","channel":"wallet:0xabc","data":{"chain":"base","label":"","event":"transaction","asset":"USDC",'
                '"token":"0xdef","balance":null,"change":2.50,"tx":"0x12","block":118,"retracted":true}}'
            ),
            "wallet:0xabc   on base  +2.5 USDC  token 0xdef  block 118  tx 0x12  (taken back by a reorganisation)",
        ),
        (
            (
                '{"type":"wallet","channel":"wallet:0xabc","data":{"chain":"base","label":"","event":"balance","asset":"ETH","balance":3.0,'
                '"change":null,"block":7,"outdated":true}}'
            ),
            "wallet:0xabc   on base  balance 3 ETH  block 7  (outdated)",
        ),
        (
            (
                '{"type":"transaction","channel":"tx:0x12","data":{"chain":"ethereum","hash":"0x12","status":"confirming","confirmations":3,'
                '"required":12,"block":118,"replacedBy":null,"replacement":null,"from":"0xa","to":"0xb","value":0.50,"fee":0.000021}}'
            ),
            "tx:0x12        confirming  3 of 12  on ethereum  block 118  value 0.5  fee 0.000021  from 0xa  to 0xb",
        ),
        (
            (
                '{"type":"transaction","channel":"tx:0x12","data":{"chain":"ethereum","status":"replaced","confirmations":0,"required":12,'
                '"block":null,"replacedBy":"0x13","replacement":"speed_up"}}'
            ),
            "tx:0x12        replaced  on ethereum  sped up by 0x13",
        ),
        (
            (
                '{"type":"block","channel":"blocks:ethereum","data":{"chain":"ethereum","number":119,"hash":"0x99","parentHash":"0x98",'
                '"transactions":300,"baseFee":7000000000,"reorg_depth":0}}'
            ),
            "blocks:ethereum  119  transactions 300  base fee 7000000000  hash 0x99",
        ),
        (
            '{"type":"block","channel":"blocks:ethereum","data":{"number":118,"transactions":1,"reorg_depth":2}}',
            "blocks:ethereum  118  transactions 1  (takes back 2 blocks)",
        ),
        ('{"type":"wallet","channel":"wallet:0xabc","data":{"a":1}}', 'wallet:0xabc   wallet {"a":1}'),
        ('{"type":"transaction","channel":"tx:0x12","data":{"status":5}}', 'tx:0x12        transaction {"status":5}'),
        ('{"type":"block","channel":"blocks:e","data":{}}', "blocks:e       block {}"),
    ],
)
def test_it_prints_what_is_told(frame: str, line: str) -> None:
    assert line_of_frame(frame, writers=installed_watch_writers()).plain == START + line
