package acme.billing;

/** The contract with all nodes up. */
class EtcdStateStoreTest extends EtcdContract {}
