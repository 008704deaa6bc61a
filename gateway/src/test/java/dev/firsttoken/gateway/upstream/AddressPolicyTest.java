package dev.firsttoken.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The addresses that the name of a provider may and may not stand for.
class AddressPolicyTest {

    private static boolean allows(String address, boolean privateToo) throws Exception {
        return AddressPolicy.allows(InetAddress.getByName(address), privateToo);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "2606:4700::1111",
                "2001:4860:4860::8888",
                "64:ff9b::8.8.8.8",
                "2002:808:808::1",
                "::ffff:8.8.8.8"
            })
    void aNameOnTheInternetMayStandForThis(String address) throws Exception {
        assertThat(allows(address, false)).isTrue();
        assertThat(allows(address, true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.0",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "127.1",
                "2130706433",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.0.1",
                "192.168.255.255",
                "198.18.0.1",
                "198.19.255.255",
                "192.0.2.1",
                "198.51.100.7",
                "203.0.113.9",
                "::1",
                "fc00::1",
                "fdff:ffff::1",
                "100::1",
                "2001:db8::1",
                "::ffff:127.0.0.1",
                "::ffff:10.1.2.3",
                "64:ff9b::10.0.0.1",
                "64:ff9b::7f00:1",
                "2002:7f00:1::",
                "2002:c0a8:101::1",
                "::ffff:0:10.0.0.1"
            })
    void aNameOfAPrivateNetworkAloneMayStandForThis(String address) throws Exception {
        assertThat(allows(address, false)).isFalse();
        assertThat(allows(address, true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "169.254.169.254",
                "169.254.0.1",
                "2852039166",
                "169.16689662",
                "100.100.100.200",
                "168.63.129.16",
                "192.0.0.192",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "fd00:ec2::254",
                "fd20:ce::254",
                "ff02::1",
                "::ffff:169.254.169.254",
                "::ffff:a9fe:a9fe",
                "64:ff9b::169.254.169.254",
                "2002:a9fe:a9fe::1",
                "::ffff:0:169.254.169.254"
            })
    void noNameMayStandForThis(String address) throws Exception {
        assertThat(allows(address, false)).isFalse();
        assertThat(allows(address, true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "ollama",
                "vllm.internal",
                "GPU.LAN",
                "a.b.svc",
                "box.local.",
                "llm.home.arpa"
            })
    void aNameThatAPrivateNetworkGivesSaysSo(String name) {
        assertThat(AddressPolicy.isOfPrivateNetwork(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"api.openai.com", "local.example", "internal.example.com.", "notlan.org"})
    void anyOtherNameIsOneOnTheInternet(String name) {
        assertThat(AddressPolicy.isOfPrivateNetwork(name)).isFalse();
    }
}
