package acme;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** As in production, but for the store. */
@SpringBootApplication
class CountersApplication {}
