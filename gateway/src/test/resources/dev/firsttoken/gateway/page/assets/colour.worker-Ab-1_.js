postMessage("sample");
