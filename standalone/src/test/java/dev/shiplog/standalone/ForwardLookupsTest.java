package dev.shiplog.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ForwardLookupsTest {

    @Test
    void anAddressIsItsOwnNameAndANameStillHasAddresses() throws UnknownHostException {
        assertThat(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}).getHostName())
                .isEqualTo("127.0.0.1");
        assertThat(InetAddress.getAllByName("localhost")).isNotEmpty();
    }
}
