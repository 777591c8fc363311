// What the app remembers, in IndexedDB: the accounts it is linked to, and beside them their keys. The keys are
// CryptoKey objects that cannot be exported: not by this script, not by another one, not into a backup.
export interface Identity {
  device: string; // our number at the server
  accountId: number;
  name: string;
  email: string;
  deviceName: string;
  digits: number;
  period: number; // seconds
  offset: number; // seconds by which the server's clock is ahead of this device's
  hasPush: boolean;
  isLost: boolean; // the server does not know us, or our keys did not survive: a new link is needed
}

export interface Keys {
  device: string;
  signing: CryptoKey;
  codes: CryptoKey;
}

const NAME = "stellwerk-approve";
const STORES = ["identities", "keys"] as const;

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const store of STORES) request.result.createObjectStore(store, { keyPath: "device" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("no database"));
  });
}

async function inTransaction<T>(mode: IDBTransactionMode, work: (transaction: IDBTransaction) => () => T): Promise<T> {
  const database = await opened();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORES, mode);
      const result = work(transaction);
      transaction.oncomplete = () => resolve(result());
      transaction.onabort = () => reject(transaction.error ?? new Error("not stored"));
    });
  } finally {
    database.close();
  }
}

export function identities(): Promise<Identity[]> {
  return inTransaction("readonly", (transaction) => {
    const request = transaction.objectStore("identities").getAll();
    return () => request.result as Identity[];
  });
}

export function keysOf(device: string): Promise<Keys | undefined> {
  return inTransaction("readonly", (transaction) => {
    const request = transaction.objectStore("keys").get(device);
    return () => request.result as Keys | undefined;
  });
}

export function store(identity: Identity, keys?: Keys): Promise<void> {
  return inTransaction("readwrite", (transaction) => {
    transaction.objectStore("identities").put(identity);
    if (keys) transaction.objectStore("keys").put(keys);
    return () => undefined;
  });
}

export function forget(device: string): Promise<void> {
  return inTransaction("readwrite", (transaction) => {
    for (const name of STORES) transaction.objectStore(name).delete(device);
    return () => undefined;
  });
}
